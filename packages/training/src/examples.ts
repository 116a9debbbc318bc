import { compareCodeUnits, sha256Hex } from '@tercet/policy';
import { type Row, textIdentity } from './dataset.js';
import type { DatasetEntry, TrainedHeadPlan, TrainingManifest } from './manifest.js';
import { TrainingError } from './training-error.js';

export type SplitName = 'train' | 'calibration' | 'test';

/** One text with its role for one head. */
export interface Example {
  readonly text: string;
  readonly positive: boolean;
  readonly weight: number;
  readonly split: SplitName;
  /** Dataset and role, for the figures. */
  readonly source: string;
  /** False for rows of a benchmark, which no figure may be taken on. */
  readonly reported: boolean;
}

/**
 * Gathers a head's examples. A text that occurs twice counts once; one that has both roles counts as neither. Which split
 * a row is in depends on the seed and its text alone, so a text is in the same split for every head.
 * @throws TrainingError where a split lacks positives or negatives.
 */
export function gatherExamples(
  plan: TrainedHeadPlan,
  manifest: TrainingManifest,
  rows: ReadonlyMap<string, readonly Row[]>,
  seed: number,
): Example[] {
  const byText = new Map<string, Example & { readonly rank: string }>();
  const contradicted = new Set<string>();
  for (const source of plan.sources) {
    const entry = manifest.datasets[source.dataset];
    if (entry === undefined) throw new TrainingError(`${plan.name}: no dataset ${source.dataset}`);
    const ranked = (rows.get(source.dataset) ?? [])
      .filter((row) => matches(row, source.where))
      .map((row) => {
        const identity = textIdentity(row.text);
        const rank = sha256Hex(`${seed}\n${identity}`);
        // A second hash: rows chosen by their rank would all fall into the same split.
        return { row, identity, rank, choice: source.limit === undefined ? rank : sha256Hex(rank) };
      })
      .filter(({ identity }) => identity !== '')
      .sort((a, b) => compareCodeUnits(a.choice, b.choice));
    for (const { row, identity, rank } of ranked.slice(0, source.limit)) {
      const positive = source.role === 'positive';
      const held = byText.get(identity);
      if (held !== undefined) {
        if (held.positive !== positive) contradicted.add(identity);
        continue;
      }
      byText.set(identity, {
        text: row.text,
        positive,
        weight: source.weight,
        split: splitOf(row, entry, rank),
        source: `${source.dataset} ${source.role}`,
        reported: !entry.benchmark,
        rank,
      });
    }
  }
  for (const identity of contradicted) byText.delete(identity);
  const examples = [...byText.values()].sort((a, b) => compareCodeUnits(a.rank, b.rank));
  for (const split of ['train', 'calibration', 'test'] as const) {
    for (const positive of [true, false]) {
      if (!examples.some((example) => example.split === split && example.positive === positive)) {
        throw new TrainingError(`${plan.name}: no ${positive ? 'positive' : 'negative'} in ${split}`);
      }
    }
  }
  return examples.map(({ rank: _, ...example }) => example);
}

/** Whether each named column of a row holds one of the allowed values. @throws TrainingError where it has no such column. */
export function matches(row: Row, where: Readonly<Record<string, readonly string[]>>): boolean {
  return Object.entries(where).every(([column, allowed]) => {
    const value = row.columns[column];
    if (value === undefined) throw new TrainingError(`no column ${column}`);
    return allowed.includes(value);
  });
}

/** 70 % train, 15 % calibration, 15 % test, or the authors' own split. */
function splitOf(row: Row, entry: DatasetEntry, rank: string): SplitName {
  if (entry.split !== undefined) {
    const value = row.columns[entry.split.column] ?? '';
    for (const split of ['train', 'calibration', 'test'] as const)
      if (entry.split[split].includes(value)) return split;
    throw new TrainingError(`split ${value} is not in the manifest`);
  }
  const position = Number.parseInt(rank.slice(0, 8), 16) / 2 ** 32;
  return position < 0.7 ? 'train' : position < 0.85 ? 'calibration' : 'test';
}
