import { Tensor } from 'onnxruntime-node';
import { buildModels, resolveModel } from '../src/models.js';
import { openSession } from '../src/session.js';
import { glidingTone, wavyPicture } from './golden-inputs.js';
import { openMinilm } from './open-minilm.js';
import { SAMPLE_TEXTS } from './sample-texts.js';

/** A float output that must be there. */
function floats(output: Tensor | undefined): Float32Array {
  if (!(output?.data instanceof Float32Array)) throw new TypeError('an output is missing');
  return output.data;
}

/** Golden figures by name: whole vectors, or the start of long ones. */
export type Golden = Record<string, number[]>;

async function open(name: string) {
  await buildModels({ only: [name] });
  return openSession((await resolveModel(name)).graph, { provider: 'cpu', intraOpThreads: 1 });
}

/** Text vectors of the first four sample sentences. */
export async function textGolden(variant: 'int8' | 'fp32'): Promise<Golden> {
  const minilm = await openMinilm(variant);
  const texts = SAMPLE_TEXTS.slice(0, 4);
  const vectors = await minilm.run(texts.map((text) => minilm.idsOf(text)));
  return Object.fromEntries(texts.map((text, index) => [text, [...(vectors[index] as Float32Array)]]));
}

export async function imageGolden(): Promise<Golden> {
  const session = await open('nsfw-mobilenet-v2');
  const { features, probabilities } = await session.run({
    input: new Tensor('float32', wavyPicture(), [1, 224, 224, 3]),
  });
  return {
    features: [...floats(features)].slice(0, 256),
    probabilities: [...floats(probabilities)],
  };
}

/** Speech embedding of the last window, and the voice model's probability of each of the first 16 frames. */
export async function audioGolden(): Promise<Golden> {
  const tone = glidingTone();
  const mel = await open('melspectrogram');
  const int16 = tone.map((sample) => sample * 32_768);
  const { output } = await mel.run({ input: new Tensor('float32', int16, [1, int16.length]) });
  const frames = floats(output);
  const window = frames.slice(frames.length - 76 * 32).map((value) => value / 10 + 2);
  const speech = await open('speech-embedding');
  const { conv2d_19 } = await speech.run({ input_1: new Tensor('float32', window, [1, 76, 32, 1]) });

  const voice = await open('silero-vad');
  let state = new Tensor('float32', new Float32Array(256), [2, 1, 128]);
  const voiced: number[] = [];
  for (let frame = 0; frame < 16; frame += 1) {
    const input = new Float32Array(576);
    for (let index = 0; index < 576; index += 1) input[index] = tone[frame * 512 - 64 + index] ?? 0;
    const { output, stateN } = await voice.run({
      input: new Tensor('float32', input, [1, 576]),
      state,
      sr: new Tensor('int64', [16_000n], []),
    });
    voiced.push(floats(output)[0] ?? 0);
    state = stateN as Tensor as typeof state;
  }
  return { speech: [...floats(conv2d_19)], voiced, melFrames: [frames.length / 32] };
}
