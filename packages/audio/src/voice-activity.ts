import type { RunModel, Tensor } from '@tercet/encoder/authoring';
import { BugError } from '@tercet/kit';

/** Samples of a frame of the voice-activity model: 32 ms. */
export const VOICE_FRAME_SAMPLES = 512;
/** Samples of the frame before that the model sees again. */
const CONTEXT_SAMPLES = 64;
const INPUT_SAMPLES = CONTEXT_SAMPLES + VOICE_FRAME_SAMPLES;
const STATE_WIDTH = 128;
/** Audios that step through the model side by side. */
const ROWS_PER_RUN = 16;

/**
 * Probability of speech, 0..1, in each 32 ms frame of each audio, by the Silero voice-activity model (version 5). Each
 * audio begins with an empty state. Model: `input` [n, 576], `state` [2, n, 128], `sr` [] -> `output` [n, 1], `stateN`.
 * @param audios mono, 16 bit, 16 kHz.
 * @param slot the model's slot name as `run` takes it.
 */
export async function speechProbabilities(
  audios: readonly Int16Array[],
  slot: string,
  run: RunModel,
): Promise<Float32Array[]> {
  const probabilities: Float32Array[] = [];
  for (let at = 0; at < audios.length; at += ROWS_PER_RUN)
    probabilities.push(...(await rowsOf(audios.slice(at, at + ROWS_PER_RUN), slot, run)));
  return probabilities;
}

async function rowsOf(audios: readonly Int16Array[], slot: string, run: RunModel): Promise<Float32Array[]> {
  const rows = audios.length;
  const answers = audios.map(({ length }) => new Float32Array(Math.ceil(length / VOICE_FRAME_SAMPLES)));
  const sampleRate: Tensor = { type: 'int64', data: BigInt64Array.of(16_000n), dims: [] };
  let state: Tensor = {
    type: 'float32',
    data: new Float32Array(2 * rows * STATE_WIDTH),
    dims: [2, rows, STATE_WIDTH],
  };
  for (let frame = 0; frame < Math.max(...answers.map(({ length }) => length)); frame += 1) {
    const input = new Float32Array(rows * INPUT_SAMPLES);
    audios.forEach((samples, row) => {
      const first = frame * VOICE_FRAME_SAMPLES - CONTEXT_SAMPLES;
      for (let i = 0; i < INPUT_SAMPLES; i += 1)
        input[row * INPUT_SAMPLES + i] = (samples[first + i] ?? 0) / 32_768;
    });
    const { output, stateN } = await run(slot, {
      input: { type: 'float32', data: input, dims: [rows, INPUT_SAMPLES] },
      state,
      sr: sampleRate,
    });
    if (output === undefined || stateN === undefined)
      throw new BugError(`${slot} answers without output and state`);
    answers.forEach((answer, row) => {
      if (frame < answer.length) answer[frame] = Number(output.data[row]);
    });
    state = stateN;
  }
  return answers;
}
