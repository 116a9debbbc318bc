import { expect, it } from 'vitest';
import { callsBetween, parseCalls } from './redis-calls.js';

it('counts calls by command', () => {
  const before = parseCalls('# Commandstats\r\ncmdstat_fcall:calls=2,usec=9,usec_per_call=4.5\r\n');
  const after = parseCalls(
    '# Commandstats\r\ncmdstat_fcall:calls=7,usec=30\r\ncmdstat_client|setname:calls=1,usec=1\r\ncmdstat_hset:calls=30,usec=8\r\n',
  );
  expect(after).toEqual({ fcall: 7, 'client|setname': 1, hset: 30 });
  expect(['fcall', 'hset', 'del'].map((name) => callsBetween(before, after, name))).toEqual([5, 30, 0]);
});
