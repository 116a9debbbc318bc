import { getMeter, type Logger, type TercetError } from '@tercet/kit';
import { AnswerCounts } from './answer-counts.js';
import { tercetCode } from './status.js';

/** The gateway's events: rate, errors and duration per method, and what its background work meets. */
export function createEvents(logger: Logger, waiting: () => number) {
  const meter = getMeter('gateway');
  const answers = new AnswerCounts();
  meter
    .createObservableCounter('tercet.gateway.requests', { description: 'Calls answered, by method and code' })
    .addCallback((result) => {
      for (const { method, code, count } of answers.all()) result.observe(count, { method, code });
    });
  const duration = meter.createHistogram('tercet.gateway.request.duration', {
    unit: 's',
    description: 'From the receipt of a call to its answer',
  });
  meter
    .createObservableGauge('tercet.gateway.waiters', { description: 'Calls of WaitForDecision under way' })
    .addCallback((result) => result.observe(waiting()));

  return {
    answered(method: string, seconds: number): void {
      answers.count(method, 'ok');
      duration.record(seconds, { method });
    },
    refused(method: string, seconds: number, error: TercetError): void {
      const code = tercetCode(error);
      answers.count(method, code);
      duration.record(seconds, { method });
      if (error.kind === 'Bug') logger.error('call failed', { method, error });
      else if (error.kind === 'Unavailable') logger.warn('call failed', { method, code });
    },
    tailBroken(error: Error, attempt: number): void {
      logger.warn('decisions tail broke', { error, attempt });
    },
    redisBroken(error: Error): void {
      logger.warn('Redis connection broke', { error });
    },
    listening(host: string, port: number): void {
      logger.info('listening', { host, port });
    },
  };
}

export type GatewayEvents = ReturnType<typeof createEvents>;
