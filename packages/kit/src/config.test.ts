import { describe, expect, it } from 'vitest';
import { ConfigError, readEnv, settings } from './config.js';

const shape = { TERCET_KAFKA_BROKERS: settings.kafkaBrokers, TERCET_PORT: settings.port(7) };

describe('readEnv', () => {
  it('parses lists, applies defaults and freezes', () => {
    const config = readEnv(shape, { TERCET_KAFKA_BROKERS: 'a:1, b:2', TERCET_PORT: '' });
    expect(config).toEqual({ TERCET_KAFKA_BROKERS: ['a:1', 'b:2'], TERCET_PORT: 7 });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('names what is missing and what is wrong, without the value', () => {
    const read = () => readEnv(shape, { TERCET_PORT: 'secret-value' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/TERCET_KAFKA_BROKERS is not set/);
    expect(read).toThrow(/TERCET_PORT/);
    expect(read).not.toThrow(/secret-value/);
  });
});
