import { readFileSync, writeFileSync } from 'node:fs';
import { maxDifference } from './vectors.js';

/** What two builds of ONNX Runtime may differ by in one element of a vector. */
const TOLERANCE = 4e-3;

/**
 * Holds vectors against a committed file of them, by name. With TERCET_UPDATE_GOLDEN=1 the file is written instead:
 * after a change of a model or its preprocessing, which also makes every head bound to the old digest unusable.
 * @throws Error naming each vector that is missing or further away than 4e-3 in any element.
 */
export function checkGolden(file: URL, vectors: Readonly<Record<string, ArrayLike<number>>>): void {
  if (process.env['TERCET_UPDATE_GOLDEN'] === '1') {
    const lines = Object.entries(vectors).map(
      ([name, vector]) =>
        `  ${JSON.stringify(name)}: [${Array.from(vector, (value) => Number(value.toFixed(5))).join(', ')}]`,
    );
    writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
    return;
  }
  const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number[]>;
  const problems = Object.entries(vectors).flatMap(([name, vector]) => {
    const expected = golden[name];
    if (expected?.length !== vector.length) return [`${name}: the file has no vector of ${vector.length}`];
    const difference = maxDifference(expected, vector);
    return difference <= TOLERANCE ? [] : [`${name}: differs by ${difference.toFixed(5)}`];
  });
  if (problems.length > 0) throw new Error(problems.join('; '));
}
