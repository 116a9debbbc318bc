import { expect, it } from 'vitest';
import { redactConfig } from './redact-config.js';

it('hides secrets by name and credentials in addresses, at any depth', () => {
  const config = {
    redisUrl: 'redis://user:pass@host:1/0',
    inner: { apiToken: 'x', list: ['https://u:p@h/'] },
    port: 1,
  };
  expect(redactConfig(config)).toEqual({
    redisUrl: 'redis://***@host:1/0',
    inner: { apiToken: '***', list: ['https://***@h/'] },
    port: 1,
  });
});
