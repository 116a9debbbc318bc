import type { JoinRecord } from '@tercet/contracts';
import { waitFor } from '@tercet/harness';
import { describe, expect, it } from 'vitest';
import { type Deployment, onEncoder } from './on-encoder.js';

const { deploy } = onEncoder();

/** `embedded`, or the code of what became of the part. */
function verdict(record: JoinRecord | undefined): string {
  const body = record?.body;
  if (body?.$case === 'partFailed' || body?.$case === 'partEmpty') return body.value.code;
  return body?.$case === 'partEmbedded' ? 'embedded' : 'none';
}

async function verdictsOf(deployment: Deployment, count: number): Promise<string[]> {
  const joined = await waitFor(`${count} items on embeddings`, async () => {
    const found = await deployment.joined();
    return found.size >= count && found;
  });
  return Array.from({ length: count }, (_, index) => verdict(joined.get(`tenant/item-${index + 1}`)?.[0]));
}

const harmless = (count: number) => Array.from({ length: count }, (_, i) => 'abcd'.repeat(1 + (i % 9)));

describe('an encoder on a real broker', () => {
  it('says of each part what became of it, and commits it all', async () => {
    const deployment = await deploy();
    const encoder = await deployment.start();
    await waitFor('readiness', () => encoder.readiness.ready);
    expect(encoder.readiness.snapshot()).toEqual({ model: true, group: true });
    await deployment.produce(['a', '', 'prepare:refuse', 'embed:throw', 'prepare:sleep', 'b']);
    expect(await verdictsOf(deployment, 6)).toEqual([
      'embedded',
      'empty_text',
      'undecodable_media',
      'crashed',
      'decode_timeout',
      'embedded',
    ]);
    await waitFor('no lag', async () => (await deployment.lag()) === 0n);
    const [record] = (await deployment.joined()).get('tenant/item-1') ?? [];
    expect(record).toMatchObject({ itemKey: 'tenant/item-1', version: 1n });
    expect(record?.body?.$case === 'partEmbedded' && record.body.value.encoderDigest).toMatch(
      /^[0-9a-f]{64}$/,
    );
  });

  it('sends to dead letters only what no part can be read from', async () => {
    const deployment = await deploy();
    await deployment.start();
    await deployment.produceBytes('broken', Buffer.from('not a part at all'));
    await deployment.produceBytes('nothing', null);
    await deployment.produce(['a']);
    expect(await verdictsOf(deployment, 1)).toEqual(['embedded']);
    const keys = await waitFor('two dead letters', async () => {
      const found = await deployment.deadLetters();
      return found.length >= 2 && found;
    });
    expect(keys.sort()).toEqual(['broken', 'nothing']);
    await waitFor('no lag', async () => (await deployment.lag()) === 0n);
  });

  it('is not held up by a part that ends its process: every neighbour arrives', async () => {
    const deployment = await deploy();
    await deployment.start();
    const texts = [...harmless(40), 'prepare:exit', ...harmless(40), 'embed:kill', ...harmless(40)];
    await deployment.produce(texts);
    const verdicts = await verdictsOf(deployment, texts.length);
    expect(verdicts.map((each, index) => [texts[index], each])).toEqual(
      texts.map((text) => [text, text.includes(':') ? 'crashed' : 'embedded']),
    );
    await waitFor('no lag', async () => (await deployment.lag()) === 0n);
  });

  it('loses nothing when its process is killed in the middle of a batch', async () => {
    const deployment = await deploy();
    const encoder = await deployment.start({ LETTERS_RUN_MS: '100' });
    const texts = harmless(200);
    await deployment.produce(texts);
    await waitFor('the first results', async () => (await deployment.joined()).size > 0);
    process.kill(encoder.inferencePid ?? 0, 'SIGKILL');
    expect(new Set(await verdictsOf(deployment, texts.length))).toEqual(new Set(['embedded']));
    await waitFor('no lag', async () => (await deployment.lag()) === 0n);
  });

  it('says the same again where a rebalance delivers a part again', async () => {
    const deployment = await deploy();
    await deployment.start({ LETTERS_RUN_MS: '60' });
    const texts = harmless(400);
    await deployment.produce(texts);
    await waitFor('the first results', async () => (await deployment.joined()).size > 0);
    await deployment.start({ LETTERS_RUN_MS: '60' });
    expect(new Set(await verdictsOf(deployment, texts.length))).toEqual(new Set(['embedded']));
    await waitFor('no lag', async () => (await deployment.lag()) === 0n);
    for (const records of (await deployment.joined()).values())
      expect(new Set(records.map(vectorDigestOf)).size).toBe(1);
  });

  it('finishes what is under way when it is stopped, and leaves the rest to the next', async () => {
    const deployment = await deploy();
    const texts = harmless(600);
    const first = await deployment.start({ LETTERS_RUN_MS: '60' });
    await deployment.produce(texts);
    await waitFor('the first results', async () => (await deployment.joined()).size > 0);
    await first[Symbol.asyncDispose]();
    const published = (await deployment.joined()).size;
    expect(published).toBeLessThan(texts.length);
    // What is committed is published; what is published and lies behind a gap comes again.
    expect(Number(await deployment.lag())).toBe(texts.length - published);
    await deployment.start();
    expect(new Set(await verdictsOf(deployment, texts.length))).toEqual(new Set(['embedded']));
  });
});

function vectorDigestOf({ body }: JoinRecord): string | undefined {
  return body?.$case === 'partEmbedded' ? body.value.embeddings[0]?.vectorDigest : undefined;
}
