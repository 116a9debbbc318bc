import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';

const env = {
  TERCET_KAFKA_BROKERS: '127.0.0.1:9092',
  TERCET_CONTENT_STORE: 'file:///var/tercet',
};
const derivers = (list: string) => readConfig({ ...env, TERCET_DERIVERS: list }).derivers;

describe('TERCET_DERIVERS', () => {
  it('lists what the deployment runs, nothing by default', () => {
    expect(readConfig(env).derivers).toEqual([]);
    expect(derivers(' image:ocr , audio:speech,')).toEqual([
      { source: 'image', suffix: 'ocr' },
      { source: 'audio', suffix: 'speech' },
    ]);
  });

  it.each(['ocr', 'smell:ocr', 'image:', 'image:o/cr', 'image:ocr:text', 'image:ocr,image:ocr'])(
    'refuses %s by the name of the variable',
    (list) => {
      expect(() => derivers(list)).toThrow(/TERCET_DERIVERS/);
    },
  );
});
