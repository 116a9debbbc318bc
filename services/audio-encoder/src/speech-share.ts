import { speechProbabilities } from '@tercet/audio';
import type { SegmentSignal } from './segment-model.js';

const SPEECH_FROM = 0.5;

/**
 * Share of a segment's 32 ms frames that the voice-activity model takes for speech (probability at least .5), 0..1.
 * @param slot the model's slot name as `run` takes it.
 */
export function speechShare(slot: string): SegmentSignal {
  return {
    name: 'speech',
    async measure(segments, run) {
      const audios = await speechProbabilities(segments, slot, run);
      return audios.map(
        (frames) => frames.filter((value) => value >= SPEECH_FROM).length / Math.max(1, frames.length),
      );
    },
  };
}
