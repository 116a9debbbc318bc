import type { ModelProgress } from '@tercet/models';
import { formatBytes } from './format-bytes.js';

const STEPS = 4;

/** Turns progress into a few lines: a start with its size, each quarter of a download, an end. */
export function modelProgressLines(write: (line: string) => void): (progress: ModelProgress) => void {
  const steps = new Map<string, number>();
  return ({ phase, what, bytes, totalBytes }) => {
    const name = `${phase} ${what}`;
    const step = totalBytes === 0 ? 0 : Math.floor((bytes / totalBytes) * STEPS);
    const before = steps.get(name);
    steps.set(name, step);
    if (before === undefined) {
      write(`${phase === 'download' ? 'downloading' : 'building'} ${what}, ${formatBytes(totalBytes)}`);
    }
    if (before !== undefined && step > before) {
      write(step >= STEPS ? `  ${what}: done` : `  ${what}: ${Math.round((step / STEPS) * 100)} %`);
    }
  };
}
