import { compareCodeUnits, sha256Hex } from '@tercet/policy';
import { type Row, textIdentity } from './dataset.js';
import { type Example, matches } from './examples.js';
import type { Features } from './features.js';
import { type FittedHead, scoreOf, sharesOf } from './fit-head.js';
import type { TrainingManifest } from './manifest.js';

type Probe = TrainingManifest['probes'][number];

/** How a head scores a group of rows that it was not trained on. */
export interface ProbeFigures {
  readonly name: string;
  readonly rows: number;
  readonly shares: readonly number[];
}

/** Rows of a probe, chosen by a hash of their text. */
export function probeRows(probe: Probe, rows: readonly Row[]): Row[] {
  const words = probe.words && new RegExp(`\\b(?:${probe.words.map(escaped).join('|')})\\b`, 'i');
  return rows
    .filter((row) => matches(row, probe.where) && (words === undefined || words.test(row.text)))
    .map((row) => ({ row, choice: sha256Hex(row.text) }))
    .sort((a, b) => compareCodeUnits(a.choice, b.choice))
    .slice(0, probe.limit)
    .map(({ row }) => row);
}

/** Scores each probe's rows, less those in the head's train and calibration splits. */
export function probeHead(
  head: FittedHead,
  examples: readonly Example[],
  probes: readonly { readonly probe: Probe; readonly rows: readonly Row[] }[],
  features: Features,
): ProbeFigures[] {
  const seen = new Set(
    examples.filter(({ split }) => split !== 'test').map(({ text }) => textIdentity(text)),
  );
  return probes.map(({ probe, rows }) => {
    const fresh = rows.filter(({ text }) => !seen.has(textIdentity(text)));
    const scored = fresh.map(({ text }) => ({ score: scoreOf(head, text, features), positive: false }));
    return { name: probe.name, rows: scored.length, shares: sharesOf(scored) };
  });
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
