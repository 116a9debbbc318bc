/**
 * Magnitudes of the discrete Fourier transform of real signals, by a complex transform of half the length (Cooley and Tukey
 * 1965; the packing of two reals into one complex after Press et al., Numerical Recipes, section 12.3). Double precision.
 */
export class RealSpectrum {
  /** Magnitudes of {@link transform}'s last input: length / 2 + 1 elements, overwritten by the next. */
  readonly magnitudes: Float64Array;
  readonly #half: number;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  /** cos and sin of -2 pi k / length for k up to half. */
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Uint32Array;

  /** @param length samples of one input, a power of two, at least 4. */
  constructor(readonly length: number) {
    if (length < 4 || (length & (length - 1)) !== 0) throw new RangeError('the length is no power of two');
    const half = length / 2;
    this.#half = half;
    this.#re = new Float64Array(half);
    this.#im = new Float64Array(half);
    this.magnitudes = new Float64Array(half + 1);
    this.#cos = Float64Array.from({ length: half + 1 }, (_, k) => Math.cos((-2 * Math.PI * k) / length));
    this.#sin = Float64Array.from({ length: half + 1 }, (_, k) => Math.sin((-2 * Math.PI * k) / length));
    const bits = Math.log2(half);
    this.#reversed = Uint32Array.from({ length: half }, (_, index) => {
      let out = 0;
      for (let bit = 0; bit < bits; bit += 1) if (index & (1 << bit)) out |= 1 << (bits - 1 - bit);
      return out;
    });
  }

  /** @param samples `length` of them. @returns {@link magnitudes}. */
  transform(samples: Float64Array): Float64Array {
    const re = this.#re;
    const im = this.#im;
    for (let index = 0; index < this.#half; index += 1) {
      const target = this.#reversed[index] as number;
      re[target] = samples[2 * index] as number;
      im[target] = samples[2 * index + 1] as number;
    }
    this.#butterflies();
    return this.#unpack();
  }

  #butterflies(): void {
    const re = this.#re;
    const im = this.#im;
    const half = this.#half;
    for (let size = 2; size <= half; size *= 2) {
      const step = (2 * half) / size;
      const middle = size / 2;
      for (let k = 0; k < middle; k += 1) {
        const c = this.#cos[k * step] as number;
        const s = this.#sin[k * step] as number;
        for (let a = k; a < half; a += size) {
          const b = a + middle;
          const reB = re[b] as number;
          const imB = im[b] as number;
          const x = reB * c - imB * s;
          const y = reB * s + imB * c;
          const reA = re[a] as number;
          const imA = im[a] as number;
          re[b] = reA - x;
          im[b] = imA - y;
          re[a] = reA + x;
          im[a] = imA + y;
        }
      }
    }
  }

  #unpack(): Float64Array {
    const half = this.#half;
    for (let k = 0; k <= half; k += 1) {
      const a = k % half;
      const b = (half - k) % half;
      const reA = this.#re[a] as number;
      const imA = this.#im[a] as number;
      const reB = this.#re[b] as number;
      const imB = -(this.#im[b] as number);
      const oddRe = (imA - imB) / 2;
      const oddIm = (reB - reA) / 2;
      const c = this.#cos[k] as number;
      const s = this.#sin[k] as number;
      const x = (reA + reB) / 2 + oddRe * c - oddIm * s;
      const y = (imA + imB) / 2 + oddRe * s + oddIm * c;
      this.magnitudes[k] = Math.sqrt(x * x + y * y);
    }
    return this.magnitudes;
  }
}
