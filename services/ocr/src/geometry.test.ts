import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convexHull, cornersOf, minAreaBox, overlapOf, type RotatedBox, scaleBox } from './geometry.js';

const boxes = fc.record({
  x: fc.double({ min: 0, max: 500, noNaN: true }),
  y: fc.double({ min: 0, max: 500, noNaN: true }),
  width: fc.double({ min: 20, max: 300, noNaN: true }),
  height: fc.double({ min: 5, max: 15, noNaN: true }),
  angle: fc.double({ min: -0.75, max: 0.75, noNaN: true }),
});

describe('minAreaBox', () => {
  it('finds a rectangle again from its corners and points within', () => {
    fc.assert(
      fc.property(boxes, (box) => {
        const middle = { x: box.x, y: box.y };
        const found = minAreaBox([...cornersOf(box), middle]);
        for (const key of ['x', 'y', 'width', 'height', 'angle'] as const)
          expect(found[key]).toBeCloseTo(box[key], 5);
      }),
    );
  });

  it('holds every point', () => {
    const points = fc.array(
      fc.record({ x: fc.integer({ min: 0, max: 99 }), y: fc.integer({ min: 0, max: 99 }) }),
      {
        minLength: 3,
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(points, (some) => {
        const box = minAreaBox(some);
        const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
        for (const { x, y } of some) {
          expect(Math.abs((x - box.x) * cos + (y - box.y) * sin)).toBeLessThanOrEqual(box.width / 2 + 1e-6);
          expect(Math.abs((y - box.y) * cos - (x - box.x) * sin)).toBeLessThanOrEqual(box.height / 2 + 1e-6);
        }
      }),
    );
  });
});

it('leaves points on an edge out of a hull', () => {
  const square = [0, 1, 2].flatMap((x) => [0, 1, 2].map((y) => ({ x, y })));
  expect(convexHull(square)).toHaveLength(4);
});

it('names corners clockwise from the top left one', () => {
  const box: RotatedBox = { x: 10, y: 5, width: 20, height: 10, angle: 0 };
  expect(cornersOf(box)).toEqual([
    { x: 0, y: 0 },
    { x: 20, y: 0 },
    { x: 20, y: 10 },
    { x: 0, y: 10 },
  ]);
});

describe('overlapOf', () => {
  it('is whole for a box and itself in another scale, none for slanted lines under each other', () => {
    fc.assert(
      fc.property(boxes, (box) => {
        expect(overlapOf(box, scaleBox(box, 1))).toBeCloseTo(1, 6);
        const below = {
          ...box,
          x: box.x - Math.sin(box.angle) * box.height * 1.1,
          y: box.y + Math.cos(box.angle) * box.height * 1.1,
        };
        expect(overlapOf(box, below)).toBe(0);
      }),
    );
  });
});
