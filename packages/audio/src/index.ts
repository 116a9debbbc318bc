export { type AudioSegment, type DecodedAudio, decodeAudio } from './decode-audio.js';
export type { DecodeSettings } from './decode-settings.js';
export { findExecutable } from './executable.js';
export { SAMPLE_RATE } from './ffmpeg.js';
export {
  PATCH_BANDS,
  PATCH_FRAMES,
  PATCH_HOP_SAMPLES,
  PATCH_SAMPLES,
  patchCount,
  soundPatches,
} from './log-mel/sound-patches.js';
export { findMediaType, READABLE } from './media-types.js';
export { speechProbabilities, VOICE_FRAME_SAMPLES } from './voice-activity.js';
export { wavOf } from './write-wav.js';
