/**
 * Proof for docs/decisions/0004: MiniLM written to ONNX, in float32 and in 8-bit integers with a scale per row.
 * Run from the repository root after a build: `pnpm exec tsx packages/models/proofs/minilm-int8.ts`.
 */
import { embedIndependently, type Minilm, openMinilm } from './open-minilm.js';
import { cosine, largestDifference, SAMPLE_TEXTS, wordText } from './sample-texts.js';

const fp32 = await openMinilm('fp32');
const int8 = await openMinilm('int8');
const models = { fp32, int8 } as const;

const rowsOf = (model: Minilm, texts: readonly string[]) => texts.map((text) => model.idsOf(text));
const percentile = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] as number;

async function parity(): Promise<void> {
  const ours = await fp32.run(rowsOf(fp32, SAMPLE_TEXTS));
  const theirs = await embedIndependently(SAMPLE_TEXTS);
  const cosines = ours.map((vector, index) => cosine(vector, theirs[index] as number[]));
  const differences = ours.map((vector, index) => largestDifference(vector, theirs[index] as number[]));
  console.log(
    `fp32 against @lat.md/embed: lowest cosine ${Math.min(...cosines).toFixed(7)}, largest difference ${Math.max(...differences).toExponential(1)}`,
  );
}

async function precision(): Promise<void> {
  const texts = Array.from({ length: 200 }, (_, seed) => wordText(seed, 3 + (seed % 60)));
  const cosines: number[] = [];
  for (let from = 0; from < texts.length; from += 20) {
    const rows = rowsOf(fp32, texts.slice(from, from + 20));
    const [exact, quantised] = [await fp32.run(rows), await int8.run(rows)];
    cosines.push(...exact.map((vector, index) => cosine(vector, quantised[index] as Float32Array)));
  }
  console.log(
    `int8 against fp32, 200 texts: cosine lowest ${percentile(cosines, 0).toFixed(4)}, median ${percentile(cosines, 0.5).toFixed(4)}`,
  );
}

async function invariance(): Promise<void> {
  for (const [name, model] of Object.entries(models)) {
    let lowest = 1;
    let largest = 0;
    let equal = 0;
    let rows = 0;
    for (let round = 0; round < 25; round += 1) {
      const texts = Array.from({ length: 2 + (round % 11) }, (_, row) =>
        wordText(round * 100 + row, 1 + ((round * 37 + row * 53) % 120)),
      );
      const together = await model.run(rowsOf(model, texts));
      for (const [row, text] of texts.entries()) {
        const [alone] = await model.run(rowsOf(model, [text]));
        const difference = largestDifference(alone as Float32Array, together[row] as Float32Array);
        lowest = Math.min(lowest, cosine(alone as Float32Array, together[row] as Float32Array));
        largest = Math.max(largest, difference);
        equal += difference === 0 ? 1 : 0;
        rows += 1;
      }
    }
    console.log(
      `${name} alone against among random neighbours, ${rows} rows: lowest cosine ${lowest.toFixed(8)}, largest difference ${largest.toExponential(1)}, bit-equal ${equal}`,
    );
  }
}

async function padding(): Promise<void> {
  for (const [name, model] of Object.entries(models)) {
    const row = model.idsOf(SAMPLE_TEXTS[4] as string);
    const [short] = await model.run([row]);
    const [padded] = await model.run([row, model.idsOf(wordText(1, 400))]);
    const difference = largestDifference(short as Float32Array, padded as Float32Array);
    console.log(
      `${name} ${row.length} tokens padded to 256: largest difference ${difference.toExponential(1)}`,
    );
  }
}

/** The two take turns, so that what else the machine does falls on both. */
async function speed(): Promise<void> {
  for (const words of [16, 64]) {
    for (const batch of [1, 8, 32]) {
      const rows = rowsOf(
        fp32,
        Array.from({ length: batch }, (_, row) => wordText(row, words)),
      );
      const times: Record<string, number[]> = { fp32: [], int8: [] };
      for (let round = 0; round < 14; round += 1) {
        for (const [name, model] of Object.entries(models)) {
          const start = performance.now();
          await model.run(rows);
          if (round >= 2) times[name]?.push((performance.now() - start) / batch);
        }
      }
      const [slow, fast] = [percentile(times['fp32'] ?? [], 0.5), percentile(times['int8'] ?? [], 0.5)];
      const tokens = Math.max(...rows.map((row) => row.length));
      console.log(
        `one thread, batch ${batch}, ${tokens} tokens: fp32 ${slow.toFixed(2)} ms a text, int8 ${fast.toFixed(2)} ms, ${(slow / fast).toFixed(2)}x`,
      );
    }
  }
}

await parity();
await precision();
await invariance();
await padding();
await speed();
