import { type Figure, figureOf } from './result.js';

/** Samples by name, usually one per round. */
export class Samples {
  readonly #byName = new Map<string, number[]>();

  add(name: string, value: number): void {
    const samples = this.#byName.get(name);
    if (samples) samples.push(value);
    else this.#byName.set(name, [value]);
  }

  addAll(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.add(name, value);
  }

  of(name: string): readonly number[] {
    return this.#byName.get(name) ?? [];
  }

  /** @throws RangeError where nothing was measured under the name. */
  figure(name: string, unit: string): Figure {
    return figureOf(this.of(name), unit);
  }

  median(name: string): number {
    return this.figure(name, name).median;
  }

  /** The latest of each, in one line. */
  lastLine(): string {
    return [...this.#byName].map(([name, values]) => `${name} ${values.at(-1)?.toPrecision(3)}`).join(', ');
  }
}
