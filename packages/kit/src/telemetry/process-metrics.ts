import { metrics } from '@opentelemetry/api';

/** Gauges of the whole process; event-loop delay and heap come from the runtime instrumentation. */
export function observeProcess(): void {
  const meter = metrics.getMeter('tercet/process');
  meter
    .createObservableGauge('process.memory.usage', { unit: 'By', description: 'Resident set size' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableCounter('process.cpu.time', { unit: 's', description: 'User and system CPU seconds' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe((user + system) / 1e6);
    });
}
