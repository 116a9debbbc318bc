import type { Decision } from '@tercet/contracts';
import type { Sentence, SentenceFile } from './sentences.js';

/** How sentences of one kind were decided. */
export interface KindFigures {
  readonly file: SentenceFile;
  readonly kind: string;
  readonly sentences: number;
  /** Decided as anything but `allow`, for whatever reason. */
  readonly flagged: number;
  /** Sent to review, or stronger. */
  readonly reviewed: number;
  /** By category, how many were flagged in it. */
  readonly byCategory: Readonly<Record<string, number>>;
  /** Of sentences with a label: how many were flagged in the category of their label. */
  readonly found: number;
}

/** Sums decisions by kind; decisions stand in the order of their sentences. */
export function sentenceFigures(
  sentences: readonly Sentence[],
  decisions: readonly Decision[],
): KindFigures[] {
  const kinds = new Map<string, number[]>();
  sentences.forEach(({ file, kind }, i) => {
    const key = `${file} ${kind}`;
    kinds.set(key, [...(kinds.get(key) ?? []), i]);
  });
  return [...kinds.values()].map((indices) => {
    const first = sentences[indices[0] ?? 0];
    if (first === undefined) throw new RangeError('a kind has a sentence');
    const actions = indices.map((i) => decisions[i]?.action);
    const flaggedIn = indices.map((i) =>
      (decisions[i]?.categories ?? []).filter(({ flagged }) => flagged).map(({ category }) => category),
    );
    const byCategory: Record<string, number> = {};
    for (const category of flaggedIn.flat()) byCategory[category] = (byCategory[category] ?? 0) + 1;
    return {
      file: first.file,
      kind: first.kind,
      sentences: indices.length,
      flagged: actions.filter((action) => action !== 'allow').length,
      reviewed: actions.filter((action) => action === 'review' || action === 'block').length,
      byCategory,
      found: indices.filter((i, n) => flaggedIn[n]?.includes(sentences[i]?.label ?? '')).length,
    };
  });
}

/** Sums of one file. */
export function inFile(
  figures: readonly KindFigures[],
  file: SentenceFile,
): { sentences: number; flagged: number } {
  const some = figures.filter((one) => one.file === file);
  return {
    sentences: some.reduce((sum, { sentences }) => sum + sentences, 0),
    flagged: some.reduce((sum, { flagged }) => sum + flagged, 0),
  };
}
