import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Decision, Part } from '@tercet/contracts';
import { produceItem, startTestStack, type TestStack } from '@tercet/harness';
import { SERVICES } from '@tercet/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { animationOf, pictureOf, speechOf } from './derived/media.js';
import { jpeg, toneWav } from './walk/media.js';
import { audio, decisionOf, image, itemOf, text } from './walk/post.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WRITTEN = join(ROOT, 'packages/language/test-data');
const TOLERANCE = 1e-3;
const TEXTS = 200;
const WINDOW_MS = 400_000;

interface Prediction {
  readonly id: string;
  readonly scores: Readonly<Record<string, number>>;
  readonly covered: readonly string[];
  readonly action: string;
}

/** An item as a line of the evaluation's file, and as parts for Kafka. */
interface Case {
  readonly line: { readonly id: string; readonly parts: readonly object[] };
  readonly parts: readonly Part[];
}

describe('offline evaluation', () => {
  let stack: TestStack;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tercet-parity-'));
    stack = await startTestStack('parity', { services: SERVICES, readyTimeoutMs: 240_000 });
  }, 300_000);
  afterAll(async () => {
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function writtenCases(): Promise<Case[]> {
    const files = ['english-short', 'mixed', 'es', 'romanised', 'others'];
    const lines = (await Promise.all(files.map((name) => readFile(join(WRITTEN, `${name}.txt`), 'utf8'))))
      .map((content) => content.split('\n').filter((line) => line !== ''))
      .flatMap((all, index) => (index === 0 ? all.slice(0, 90) : all.slice(0, 25)));
    // Long ones: several windows, and sentences of their own.
    const long = lines.slice(0, TEXTS - lines.length).map((_, index) => {
      const some = Array.from({ length: 12 }, (_unused, k) => lines[(index * 7 + k * 11) % 90] ?? '');
      return `${some.join('. ')}.`;
    });
    return [...lines, ...long].map((words, index) => ({
      line: { id: `text-${index}`, parts: [{ id: 't', modality: 'text', text: words }] },
      parts: [text('t', words, '')],
    }));
  }

  async function mediaCases(): Promise<Case[]> {
    const files: [name: string, modality: 'image' | 'audio', bytes: Uint8Array][] = [
      ['smooth.jpg', 'image', await jpeg()],
      ['words.jpg', 'image', await pictureOf(['The garden club meets', 'on Thursday afternoon.'], 0.3)],
      ['frames.gif', 'image', await animationOf(['Bring some flowers'], 0.5, 4)],
      ['tone.wav', 'audio', toneWav(3)],
      ['speech.wav', 'audio', speechOf('The library opens at nine in the morning and closes at six.').wav],
      ['broken.jpg', 'image', (await jpeg()).slice(0, 200)],
    ];
    const cases = files.map(async ([name, modality, bytes]): Promise<Case> => {
      await writeFile(join(folder, name), bytes);
      const part = modality === 'image' ? image('p', bytes, '') : audio('p', bytes, '');
      const caption = 'Look at what I found this morning.';
      return {
        line: {
          id: name,
          parts: [
            { id: 'p', modality, file: name },
            { id: 't', modality: 'text', text: caption },
          ],
        },
        parts: [part, text('t', caption, '')],
      };
    });
    return Promise.all(cases);
  }

  it('gives the scores of the running services', { timeout: 600_000 }, async () => {
    const cases = [...(await writtenCases()), ...(await mediaCases())];
    expect(cases.length).toBeGreaterThanOrEqual(TEXTS + 6);
    for (const { line, parts } of cases) await produceItem(stack.bus, itemOf(line.id, parts, 1, WINDOW_MS));
    const decisions = new Map<string, Decision>();
    for (const { line } of cases) decisions.set(line.id, await decisionOf(stack, line.id));

    const data = join(folder, 'data.jsonl');
    const out = join(folder, 'predictions.jsonl');
    await writeFile(data, cases.map(({ line }) => `${JSON.stringify(line)}\n`).join(''));
    await run(
      process.execPath,
      [join(ROOT, 'packages/eval/dist/main.js'), '--data', data, '--out', out, '--processes', '1'],
      {
        cwd: ROOT,
        timeout: 400_000,
      },
    );
    const predictions = (await readFile(out, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Prediction);
    expect(predictions.map(({ id }) => id)).toEqual(cases.map(({ line }) => line.id));
    for (const { id, scores, action } of predictions) {
      const decision = decisions.get(id);
      const served = Object.fromEntries(
        decision?.categories.map(({ category, score }) => [category, score]) ?? [],
      );
      expect(Object.keys(scores), id).toEqual(Object.keys(served));
      for (const [category, score] of Object.entries(scores))
        expect(Math.abs(score - (served[category] ?? Number.NaN)), `${id} ${category}`).toBeLessThanOrEqual(
          TOLERANCE,
        );
      expect(action, id).toBe(decision?.action);
    }
  });
});
