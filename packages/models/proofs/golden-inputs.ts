/** Inputs of the golden vectors: made by formula, so that none has to be stored. */

/** A picture [1, 224, 224, 3] in 0..1: slow and fast waves of the three colours. */
export function wavyPicture(): Float32Array {
  const picture = new Float32Array(224 * 224 * 3);
  for (let index = 0; index < picture.length; index += 1) {
    picture[index] = 0.5 + 0.4 * Math.sin(index / 977) + 0.1 * Math.sin(index * 1.7);
  }
  return picture;
}

/** Two seconds at 16 kHz, -1..1: a tone gliding from 200 Hz to 1.8 kHz that swells four times a second. */
export function glidingTone(): Float32Array {
  const samples = new Float32Array(32_000);
  let phase = 0;
  for (let index = 0; index < samples.length; index += 1) {
    phase += (2 * Math.PI * (200 + index / 20)) / 16_000;
    samples[index] = 0.4 * Math.sin(phase) * Math.abs(Math.sin((Math.PI * 4 * index) / 16_000));
  }
  return samples;
}
