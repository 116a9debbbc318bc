/**
 * What a text costs in each text model, for docs/decisions/0018. Run from the repository root after a build:
 * `pnpm exec tsx packages/models/proofs/compare-text-models.ts`.
 */
import { Tensor } from 'onnxruntime-node';
import { buildModels, resolveModel } from '../src/models.js';
import { openSession } from '../src/session.js';
import { collateTokens } from '../src/text/collate.js';
import { loadTokenizer } from '../src/text/tokenizer.js';
import { cutWindows } from '../src/text/windows.js';
import { wordText } from './sample-texts.js';

const NAMES = ['all-minilm-l6-v2-int8', 'use-multilingual-v3'];
const LIMITS = { maxTokens: 256, overlapTokens: 0, maxWindows: 1 };
const ROUNDS = 24;
const WARM_UP = 4;

async function open(name: string) {
  await buildModels({ only: [name] });
  const model = await resolveModel(name);
  const session = await openSession(model.graph, { provider: 'cpu', intraOpThreads: 1 });
  const tokenizer = loadTokenizer(model.files);
  const collate = (texts: readonly string[]) =>
    collateTokens(
      texts.map((text) => cutWindows(tokenizer, text, LIMITS).windows[0]?.ids ?? []),
      tokenizer.padId,
    );
  return { name, session, collate, times: [] as number[] };
}

const models = await Promise.all(NAMES.map(open));
for (const words of [16, 64]) {
  for (const batch of [1, 32]) {
    const texts = Array.from({ length: batch }, (_, row) => wordText(row, words));
    // The models take turns, so that what else the machine does falls on both.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { session, collate, times } of models) {
        const { input_ids, attention_mask } = collate(texts);
        const start = performance.now();
        await session.run({
          input_ids: new Tensor('int64', input_ids.data, input_ids.dims),
          attention_mask: new Tensor('int64', attention_mask.data, attention_mask.dims),
        });
        if (round >= WARM_UP) times.push((performance.now() - start) / batch);
      }
    }
    for (const { name, collate, times } of models) {
      const [, tokens] = collate(texts).input_ids.dims;
      const median = times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
      console.log(
        `${name}: ${words} words, ${tokens} tokens, batch ${batch}: ${median.toFixed(2)} ms a text`,
      );
      times.length = 0;
    }
  }
}
