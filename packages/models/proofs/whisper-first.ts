import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { buildWhisperDecoder } from '../src/builders/whisper-decoder.js';
import { buildWhisperEncoder } from '../src/builders/whisper-encoder.js';
import { openSession } from '../src/session.js';

/**
 * Whisper's encoder and one step of its decoder on one clip, before anything is built on them:
 * `tsx packages/models/proofs/whisper-first.ts CLIP fp32|int8 PROMPT MODEL_BIN_PARTS...`; PROMPT: token ids with commas.
 */
const [clip = '', precision = 'fp32', prompt = '', ...parts] = process.argv.slice(2);
const weights = Buffer.concat(await Promise.all(parts.map((part) => readFile(part))));
const pcm = execFileSync('ffmpeg', [
  '-v',
  'error',
  '-i',
  clip,
  '-ac',
  '1',
  '-ar',
  '16000',
  '-f',
  's16le',
  '-',
]);
const samples = new Float32Array(480_400);
for (let i = 0; i < Math.min(pcm.length / 2, 480_000); i += 1)
  samples[200 + i] = pcm.readInt16LE(2 * i) / 32_768;
for (let i = 0; i < 200; i += 1) {
  samples[199 - i] = samples[201 + i] as number;
  samples[480_200 + i] = samples[480_198 - i] as number;
}

async function timed<T>(what: string, work: () => Promise<T> | T): Promise<T> {
  const from = performance.now();
  const result = await work();
  console.log(what, `${(performance.now() - from).toFixed(1)} ms`);
  return result;
}

const options = { provider: 'cpu', intraOpThreads: 1 } as const;
const kind = precision === 'int8' ? 'int8' : 'fp32';
const encoderGraph = await timed('build encoder', () => buildWhisperEncoder(weights, kind));
const decoderGraph = await timed('build decoder', () => buildWhisperDecoder(weights, kind));
console.log('graphs', encoderGraph.length, decoderGraph.length);
const encoder = await timed('open encoder', () => openSession(encoderGraph, options));
const decoder = await timed('open decoder', () => openSession(decoderGraph, options));
const input = { samples: new Tensor('float32', samples, [1, 1, samples.length]) };
await encoder.run(input);
const heard = await timed('encode 30 s', () => encoder.run(input));
console.log(
  'hidden',
  heard['hidden']?.dims,
  [...((heard['hidden']?.data as Float32Array) ?? [])].slice(0, 6),
);

const layers = decoder.inputNames.filter((name) => name.startsWith('past_key')).length;
const heads = heard['cross_key.0']?.dims[0] ?? 0;
let cache: Record<string, Tensor> = {};
for (let i = 0; i < layers; i += 1) {
  cache[`past_key.${i}`] = new Tensor('float32', new Float32Array(0), [heads, 64, 0]);
  cache[`past_value.${i}`] = new Tensor('float32', new Float32Array(0), [heads, 0, 64]);
}
const cross = Object.fromEntries(Object.entries(heard).filter(([name]) => name.startsWith('cross')));
let tokens = prompt.split(',').map(BigInt);
const said: number[] = [];
for (let step = 0; step < 40; step += 1) {
  const from = performance.now();
  const answer: InferenceSession.OnnxValueMapType = await decoder.run({
    tokens: new Tensor('int64', BigInt64Array.from(tokens), [tokens.length]),
    ...cache,
    ...cross,
  });
  const vocabulary = answer['logits']?.dims[1] ?? 0;
  const logits = ((answer['logits']?.data ?? []) as Float32Array).slice(-vocabulary);
  const top = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0)).slice(0, 5);
  if (step < 2)
    console.log(
      'step',
      step,
      `${(performance.now() - from).toFixed(1)} ms`,
      top.map((id) => `${id} ${logits[id]?.toFixed(4)}`).join(', '),
    );
  said.push(top[0] ?? 0);
  tokens = [BigInt(top[0] ?? 0)];
  cache = Object.fromEntries(
    Array.from({ length: layers }, (_, i) => [
      [`past_key.${i}`, answer[`key.${i}`]],
      [`past_value.${i}`, answer[`value.${i}`]],
    ]).flat(),
  ) as Record<string, Tensor>;
  if (said.at(-1) === 50256 || said.at(-1) === 50257) break;
}
console.log('tokens', said.join(' '));
