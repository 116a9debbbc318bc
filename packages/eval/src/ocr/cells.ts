export const SIZES = [12, 16, 20, 32, 64, 96] as const;
export const ROTATIONS = [0, 5, 15] as const;
export const DEGRADATIONS = ['none', 'noise', 'jpeg', 'busy'] as const;

/** What one picture is rendered as. */
export interface Cell {
  /** Height of the font, in pixels. */
  readonly size: (typeof SIZES)[number];
  /** Degrees, either way. */
  readonly rotation: (typeof ROTATIONS)[number];
  readonly degradation: (typeof DEGRADATIONS)[number];
}

export const CELLS: readonly Cell[] = SIZES.flatMap((size) =>
  ROTATIONS.flatMap((rotation) => DEGRADATIONS.map((degradation) => ({ size, rotation, degradation }))),
);

/** A cell's key in the report. */
export function keyOf({ size, rotation, degradation }: Cell): string {
  return `${size}/${rotation}/${degradation}`;
}
