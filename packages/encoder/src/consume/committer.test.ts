import { UnavailableError } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import { Committer, type Offsets } from './committer.js';

function setUp(commit: (offsets: Offsets) => Promise<void> = async () => undefined) {
  const committed: bigint[] = [];
  const failed: string[] = [];
  let head = 0n;
  let last = 0n;
  let atOnce = 0;
  let most = 0;
  const committer = new Committer({
    due: () => (head > last ? [{ topic: 'raw.text', partition: 0, offset: head }] : []),
    commit: async (offsets) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      try {
        await commit(offsets);
      } finally {
        atOnce -= 1;
      }
    },
    onCommitted: ([first]) => {
      last = first?.offset ?? last;
      committed.push(last);
    },
    onFailed: (error) => failed.push(error.kind),
    intervalMs: 1,
  });
  const finish = (offset: bigint) => {
    head = offset;
    committer.poke();
  };
  return { committer, committed, failed, finish, most: () => most };
}

describe('Committer', () => {
  it('commits what was finished, the last of it when it stops, never two at a time', async () => {
    const { committer, committed, finish, most } = setUp();
    for (let offset = 1n; offset <= 50n; offset += 1n) {
      finish(offset);
      if (offset % 10n === 0n) await expect.poll(() => committed.at(-1)).toBe(offset);
    }
    finish(51n);
    await committer.stop();
    expect(committed.at(-1)).toBe(51n);
    expect(most()).toBe(1);
  });

  it('makes a failed commit good by the next', async () => {
    let attempts = 0;
    const { committed, failed, finish } = setUp(async () => {
      attempts += 1;
      if (attempts < 3) throw new UnavailableError('fenced');
    });
    finish(5n);
    await expect.poll(() => committed).toEqual([5n]);
    expect(failed).toEqual(['Unavailable', 'Unavailable']);
  });
});
