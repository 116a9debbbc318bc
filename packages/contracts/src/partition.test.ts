import { expect, it } from 'vitest';
import { murmur2, partitionOf } from './partition.js';

// Expected values are those of Kafka's own test, UtilsTest.testMurmur2 (Apache Kafka, Apache-2.0).
it.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
])('hashes %s as Kafka does', (text, expected) => {
  expect(murmur2(new TextEncoder().encode(text))).toBe(expected);
});

it('keeps partitions within the count', () => {
  for (let i = 0; i < 1000; i += 1) {
    const partition = partitionOf(`tenant/item-${i}`, 12);
    expect(partition).toBeGreaterThanOrEqual(0);
    expect(partition).toBeLessThan(12);
  }
});
