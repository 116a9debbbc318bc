/** A point of a picture, in pixels; x to the right, y downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle at any angle, in pixels. `angle` turns its own x axis, clockwise as seen, in radians. */
export interface RotatedBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly angle: number;
}

/** Convex hull, without points that lie on its edges (Andrew's monotone chain). */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length >= 2 && turn(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/**
 * The rectangle of the smallest area around some points. One of its sides lies on an edge of the hull (Freeman and
 * Shapira 1975). Its angle lies within -45..45 degrees, so that `width` is the side that lies flatter.
 */
export function minAreaBox(points: readonly Point[]): RotatedBox {
  const hull = convexHull(points);
  let best: RotatedBox | undefined;
  hull.forEach((from, index) => {
    const to = hull[(index + 1) % hull.length] as Point;
    const box = boxAlong(hull, Math.atan2(to.y - from.y, to.x - from.x));
    if (best === undefined || box.width * box.height < best.width * best.height) best = box;
  });
  return best ?? { x: 0, y: 0, width: 0, height: 0, angle: 0 };
}

/** The smallest rectangle around points whose sides lie at an angle, and across it. */
export function boxAlong(points: readonly Point[], direction: number): RotatedBox {
  const quarter = Math.PI / 2;
  const angle = direction - Math.round(direction / quarter) * quarter;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of points) {
    const along = x * cos + y * sin;
    const across = y * cos - x * sin;
    left = Math.min(left, along);
    right = Math.max(right, along);
    top = Math.min(top, across);
    bottom = Math.max(bottom, across);
  }
  const [along, across] = [(left + right) / 2, (top + bottom) / 2];
  return {
    x: along * cos - across * sin,
    y: along * sin + across * cos,
    width: right - left,
    height: bottom - top,
    angle,
  };
}

/** Corners, clockwise from the top left one. */
export function cornersOf({ x, y, width, height, angle }: RotatedBox): Point[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([right = 0, down = 0]) => {
    const [along, across] = [(right * width) / 2, (down * height) / 2];
    return { x: x + along * cos - across * sin, y: y + along * sin + across * cos };
  });
}

/** The same box in a picture that is `factor` times as large. */
export function scaleBox(box: RotatedBox, factor: number): RotatedBox {
  const { x, y, width, height, angle } = box;
  return { x: x * factor, y: y * factor, width: width * factor, height: height * factor, angle };
}

/**
 * Area of the overlap of two boxes over the area of the smaller one. The second is seen upright in the first one's own
 * directions, which is exact for boxes at one angle, such as two looks at one line.
 */
export function overlapOf(a: RotatedBox, b: RotatedBox): number {
  const [cos, sin] = [Math.cos(a.angle), Math.sin(a.angle)];
  const corners = cornersOf(b).map(({ x, y }) => ({
    along: (x - a.x) * cos + (y - a.y) * sin,
    across: (y - a.y) * cos - (x - a.x) * sin,
  }));
  const shared = (values: readonly number[], side: number): number =>
    Math.min(side / 2, Math.max(...values)) - Math.max(-side / 2, Math.min(...values));
  const along = shared(
    corners.map((corner) => corner.along),
    a.width,
  );
  const across = shared(
    corners.map((corner) => corner.across),
    a.height,
  );
  if (along <= 0 || across <= 0) return 0;
  return Math.min(1, (along * across) / Math.min(a.width * a.height, b.width * b.height));
}

/** Twice the signed area of a triangle. */
function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}
