import type { Point } from './geometry.js';

/** What of a component its convex hull needs: the corners of the first and the last pixel of each of its rows. */
export interface Component {
  readonly outline: readonly Point[];
  /** Pixels. */
  readonly area: number;
}

/**
 * Connected components (8 neighbours) of the pixels above a threshold, by runs of rows joined with union-find.
 * @param map row major, `width` x `height`.
 */
export function findComponents(
  map: ArrayLike<number>,
  width: number,
  height: number,
  threshold: number,
): Component[] {
  const runs: { readonly y: number; readonly start: number; readonly end: number }[] = [];
  const parent: number[] = [];
  let previous: readonly number[] = [];
  for (let y = 0; y < height; y += 1) {
    const row: number[] = [];
    for (let x = 0; x < width; x += 1) {
      if ((map[y * width + x] ?? 0) <= threshold) continue;
      const start = x;
      while (x < width && (map[y * width + x] ?? 0) > threshold) x += 1;
      const index = runs.push({ y, start, end: x }) - 1;
      parent.push(index);
      row.push(index);
      for (const above of previous) {
        const run = runs[above];
        if (run && run.start <= x && run.end >= start) join(parent, above, index);
      }
    }
    previous = row;
  }
  const found = new Map<number, { outline: Point[]; area: number }>();
  runs.forEach(({ y, start, end }, index) => {
    const root = rootOf(parent, index);
    const component = found.get(root) ?? { outline: [], area: 0 };
    component.area += end - start;
    for (const x of [start, end]) component.outline.push({ x, y }, { x, y: y + 1 });
    found.set(root, component);
  });
  return [...found.values()];
}

function rootOf(parent: number[], index: number): number {
  let root = index;
  while (parent[root] !== root) {
    // Halves the path, so that it stays short.
    parent[root] = parent[parent[root] as number] as number;
    root = parent[root] as number;
  }
  return root;
}

function join(parent: number[], a: number, b: number): void {
  parent[rootOf(parent, b)] = rootOf(parent, a);
}
