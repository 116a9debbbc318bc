/** Widens IEEE 754 binary16 bit patterns to float32; exact, subnormals and infinities included. */
export function widenFloat16(bits: Uint16Array): Float32Array {
  const out = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index += 1) {
    const half = bits[index] as number;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    let magnitude: number;
    if (exponent === 0) magnitude = fraction * 2 ** -24;
    else if (exponent === 31) magnitude = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
    else magnitude = (1 + fraction / 1024) * 2 ** (exponent - 15);
    out[index] = half & 0x8000 ? -magnitude : magnitude;
  }
  return out;
}
