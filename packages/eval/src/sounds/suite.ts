import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeAudio, findExecutable, SAMPLE_RATE } from '@tercet/audio';
import { type HeardPatches, hearPatches } from '@tercet/audio-encoder';
import { addModel, openSession, resolveModel } from '@tercet/models';
import { Tensor } from 'onnxruntime-node';
import type { EvalOptions } from '../suites.js';
import { columnMaxima, largestDifference, median, ranking, rowCosines } from './figures.js';
import { csvRows, isRight } from './labels.js';
import { askReference, CLASSES, DIMENSION, installReference } from './reference.js';

const TIMED_ROUNDS = 5;
const PROMISED = { agree: 22, error: 1e-4, timesRealTime: 100 };

interface Clip {
  readonly label: string;
  readonly samples: Int16Array;
}

interface Figures {
  readonly top1: number;
  readonly top5: number;
  readonly agree_int8: number | null;
  readonly cosine_int8: { readonly median: number; readonly lowest: number } | null;
  readonly difference_int8: { readonly median: number; readonly largest: number } | null;
  readonly max_abs_error: number | null;
  readonly times_real_time: number;
  readonly n: number;
}

/** YAMNet's float graph against the published file, against plain loops, against labels, and against the clock. */
export async function run(options: EvalOptions): Promise<number> {
  const model = options.shared && join(options.shared, 'models/yamnet/yamnet.tflite');
  if (!model || !existsSync(model)) {
    process.stdout.write('sounds: skipped, there is no models/yamnet/yamnet.tflite in the shared data\n');
    return 0;
  }
  await addModel('yamnet', model);
  const clips = await readClips(join(options.shared ?? '', 'audio/events'));
  const names = csvRows(await readFile(join(model, '../yamnet_class_map.csv'), 'utf8')).map(
    (row) => row['display_name'] ?? '',
  );
  const hear = await openEar();
  const heard: HeardPatches[] = [];
  for (const { samples } of clips) heard.push(await hear(samples));
  const ranked = heard.map(({ scores }) => ranking(columnMaxima(scores, CLASSES)));
  const right = (count: number) =>
    clips.filter(({ label }, i) => isRight(label, ranked[i]?.map((index) => names[index] ?? '') ?? [], count))
      .length;
  const figures: Figures = {
    top1: right(1),
    top5: right(5),
    ...(await compare(model, clips, heard)),
    times_real_time: Math.round(await timesRealTime(clips, hear)),
    n: clips.length,
  };
  const text = `${JSON.stringify(figures, null, 2)}\n`;
  process.stdout.write(text);
  if (options.json !== undefined) await writeFile(options.json, text);
  return holdToPromise(figures);
}

function holdToPromise({ agree_int8, max_abs_error, times_real_time, n }: Figures): number {
  const missed = [
    (agree_int8 ?? n) < Math.min(n, PROMISED.agree) && `same top-1 on ${agree_int8}, not ${PROMISED.agree}`,
    (max_abs_error ?? 0) > PROMISED.error && `largest error ${max_abs_error}, not ${PROMISED.error}`,
    times_real_time < PROMISED.timesRealTime && `${times_real_time} times real time`,
  ].filter((line) => line !== false);
  for (const line of missed) process.stderr.write(`sounds: promise missed: ${line}\n`);
  return missed.length === 0 ? 0 : 1;
}

/** Against plain loops and against the int8 interpreter; nothing where their environment cannot be had. */
async function compare(model: string, clips: readonly Clip[], heard: readonly HeardPatches[]) {
  const reference = await installReference();
  if ('problem' in reference) {
    process.stderr.write(
      `sounds: no comparison, python3 with ai-edge-litert is not to be had: ${reference.problem}\n`,
    );
    return { agree_int8: null, cosine_int8: null, difference_int8: null, max_abs_error: null };
  }
  let error = 0;
  let agree = 0;
  const cosines: number[] = [];
  const differences: number[] = [];
  for (const [index, { samples }] of clips.entries()) {
    const ours = heard[index] as HeardPatches;
    const { plain, int8 } = await askReference(reference.python, model, samples);
    error = Math.max(
      error,
      largestDifference(ours.scores, plain.scores),
      largestDifference(ours.embeddings, plain.embeddings),
    );
    const [own, theirs] = [columnMaxima(ours.scores, CLASSES), columnMaxima(int8.scores, CLASSES)];
    if (ranking(own)[0] === ranking(theirs)[0]) agree += 1;
    cosines.push(...rowCosines(ours.embeddings, int8.embeddings, DIMENSION));
    own.forEach((score, i) => {
      differences.push(Math.abs(score - (theirs[i] as number)));
    });
  }
  return {
    agree_int8: agree,
    cosine_int8: { median: median(cosines), lowest: Math.min(...cosines) },
    difference_int8: { median: median(differences), largest: Math.max(...differences) },
    max_abs_error: error,
  };
}

async function openEar(): Promise<(samples: Int16Array) => Promise<HeardPatches>> {
  const { graph } = await resolveModel('yamnet');
  const session = await openSession(graph, { provider: 'cpu', intraOpThreads: 1 });
  return (samples) =>
    hearPatches(samples, 'sounds', async (_, { patches }) => {
      if (patches === undefined) throw new RangeError('no patches');
      const answer = await session.run({
        patches: new Tensor('float32', patches.data as Float32Array, patches.dims),
      });
      const tensor = (name: string) => ({
        type: 'float32' as const,
        data: answer[name]?.data as Float32Array,
        dims: answer[name]?.dims ?? [],
      });
      return { scores: tensor('scores'), embedding: tensor('embedding') };
    });
}

/** Seconds of audio over seconds of work, front end included: one clip at a time, one thread, the median of the rounds. */
async function timesRealTime(clips: readonly Clip[], hear: (samples: Int16Array) => Promise<unknown>) {
  const seconds = clips.reduce((sum, { samples }) => sum + samples.length / SAMPLE_RATE, 0);
  const rounds: number[] = [];
  for (let round = 0; round < TIMED_ROUNDS; round += 1) {
    const start = performance.now();
    for (const { samples } of clips) await hear(samples);
    rounds.push((performance.now() - start) / 1000);
  }
  return seconds / median(rounds);
}

async function readClips(folder: string): Promise<Clip[]> {
  const settings = {
    ffmpegPath: findExecutable('ffmpeg', process.env['PATH'] ?? ''),
    maxSegments: 2,
    segmentMs: 120_000,
    segmentOverlapMs: 1000,
    maxAudioSeconds: 600,
    maxDecodeMs: 20_000,
  };
  const clips: Clip[] = [];
  for (const row of csvRows(await readFile(join(folder, 'labels.csv'), 'utf8'))) {
    const bytes = await readFile(join(folder, row['file'] ?? ''));
    const decoded = await decodeAudio(bytes, settings, new AbortController().signal);
    const samples = decoded?.segments[0]?.samples;
    if (samples) clips.push({ label: row['nearest_yamnet_class'] ?? '', samples });
  }
  return clips;
}
