import { expect, test } from 'vitest';
import { Readiness } from './health.js';
import { serveHealth } from './health-server.js';

test('a process that should be restarted is neither alive nor ready, whatever it was before', async () => {
  const readiness = new Readiness();
  readiness.require('group');
  let reason: string | undefined;
  await using server = await serveHealth({ host: '127.0.0.1', port: 0, readiness, stuck: () => reason });
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/${path}`);
    return [response.status, await response.json()];
  };
  expect(await ask('readyz')).toEqual([503, { ready: false, conditions: { group: false, alive: true } }]);
  readiness.set('group', true);
  expect(await ask('livez')).toEqual([200, { alive: true }]);
  expect(await ask('readyz')).toEqual([200, { ready: true, conditions: { group: true, alive: true } }]);
  reason = 'no heartbeat or fetch';
  expect(await ask('livez')).toEqual([503, { alive: false, reason }]);
  expect(await ask('readyz')).toEqual([503, { ready: false, conditions: { group: true, alive: false } }]);
});
