import { createBus } from '@tercet/bus';
import { startBrokers } from '@tercet/harness';
import { silentLogger } from '@tercet/kit';
import { busConfig } from '@tercet/local';
import { describe, expect, it } from 'vitest';
import { docker } from './docker.js';
import { NO_ENGINE } from './no-engine.js';

describe.skipIf(NO_ENGINE)("the harness's brokers in Docker", () => {
  it('are real, answer, and are gone when they are stopped', async () => {
    const before = await docker('ps', '--quiet');
    const brokers = await startBrokers({ mode: 'docker' });
    try {
      expect(brokers.kind).toBe('docker');
      const running = await docker('ps', '--format', '{{.Image}}');
      expect(running).toContain('apache/kafka');
      expect(running).toContain('redis');
      await using bus = createBus(busConfig(brokers.kafkaBrokers, 'containers.'), silentLogger());
      await using admin = await bus.admin();
      await admin.ensureTopics([{ name: 'letters', partitions: 1, config: {} }]);
      await using producer = await bus.producer();
      await producer.send([{ topic: 'letters', key: 'k', value: Buffer.from('hello') }]);
      await using reader = await bus.reader('containers');
      const seen: string[] = [];
      await reader.readToEnd({ topic: 'letters', partition: 0 }, 0n, (records) => {
        seen.push(...records.map(({ value }) => Buffer.from(value ?? []).toString()));
      });
      expect(seen).toEqual(['hello']);
      const id = (await docker('ps', '--quiet', '--filter', 'ancestor=redis:7.2-alpine')).trim();
      expect(await docker('exec', id, 'redis-cli', 'config', 'get', 'maxmemory-policy')).toContain(
        'noeviction',
      );
    } finally {
      await brokers.stop();
    }
    expect(await docker('ps', '--quiet')).toBe(before);
  }, 180_000);
});
