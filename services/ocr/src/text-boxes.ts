import { findComponents } from './components.js';
import { minAreaBox, type RotatedBox } from './geometry.js';

/** How a map of probabilities becomes boxes (Liao et al. 2020, "Real-time scene text detection with differentiable binarization"). */
export interface BoxRules {
  /** A pixel above it is text. */
  readonly pixelThreshold: number;
  /** A box whose mean is below it is dropped. */
  readonly boxThreshold: number;
  /** What is detected is text shrunk by its area over its perimeter times a factor; this grows it back. */
  readonly unclipRatio: number;
  /** Shorter side of what was detected, in pixels of the map. */
  readonly minSide: number;
  readonly maxBoxes: number;
}

/** A box with the mean probability of what it was grown from. */
export interface TextBox {
  readonly box: RotatedBox;
  readonly score: number;
}

/** Finds boxes of text in a map of probabilities, row major. Coordinates are those of the map. */
export function findTextBoxes(
  map: ArrayLike<number>,
  width: number,
  height: number,
  rules: BoxRules,
): TextBox[] {
  const found: TextBox[] = [];
  const components = findComponents(map, width, height, rules.pixelThreshold)
    .sort((a, b) => b.area - a.area)
    .slice(0, rules.maxBoxes);
  for (const { outline } of components) {
    const shrunk = minAreaBox(outline);
    if (Math.min(shrunk.width, shrunk.height) < rules.minSide) continue;
    const score = meanWithin(map, width, height, shrunk);
    if (score < rules.boxThreshold) continue;
    const { width: w, height: h } = shrunk;
    const grown = (2 * (w * h * rules.unclipRatio)) / (2 * (w + h));
    found.push({ box: { ...shrunk, width: w + grown, height: h + grown }, score });
  }
  return found;
}

/** Mean of a map over a box, sampled about once a pixel. */
function meanWithin(map: ArrayLike<number>, width: number, height: number, box: RotatedBox): number {
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  const columns = Math.max(1, Math.round(box.width));
  const rows = Math.max(1, Math.round(box.height));
  let sum = 0;
  let count = 0;
  for (let row = 0; row < rows; row += 1) {
    const across = ((row + 0.5) / rows - 0.5) * box.height;
    for (let column = 0; column < columns; column += 1) {
      const along = ((column + 0.5) / columns - 0.5) * box.width;
      const x = Math.floor(box.x + along * cos - across * sin);
      const y = Math.floor(box.y + along * sin + across * cos);
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      sum += map[y * width + x] ?? 0;
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}
