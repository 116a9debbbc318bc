import { auroc, averagePrecision } from '@tercet/training';
import { type GroupBias, type GroupedRow, groupBias } from '../../metrics/bias.js';
import {
  brierSkill,
  equalMassCalibrationError,
  type ReliabilityBin,
  reliabilityBins,
} from '../../metrics/calibration.js';
import { type Rates, ratesAt, recallAtFalsePositives } from '../../metrics/rates.js';

/** A line that was decided, with what its file says of it. */
export interface JudgedLine {
  readonly lang: string;
  readonly group: string;
  /** Modalities of its parts, sorted, joined by `+`. */
  readonly modalities: string;
  readonly labels: Readonly<Record<string, 0 | 1>>;
  readonly scores: Readonly<Record<string, number>>;
  readonly action: string;
  readonly isCovered: boolean;
}

/** How well one category's scores tell its labels apart in one subset of lines. */
export interface CategoryFigures {
  readonly category: string;
  readonly positives: number;
  readonly negatives: number;
  /** Labelled lines without a score: in no figure below. */
  readonly unscored: number;
  readonly auroc: number;
  readonly averagePrecision: number;
  /** At the policy's lowest threshold of the category; undefined where it names none. */
  readonly atPolicy: (Rates & { readonly threshold: number }) | undefined;
  readonly atThresholds: readonly (Rates & { readonly threshold: number })[];
  readonly recallAt1Percent: number;
  readonly calibrationError: number;
  readonly brierSkill: number;
}

/** A subset of the lines by one of their fields. */
export interface Subset {
  readonly by: 'all' | 'lang' | 'group' | 'modalities';
  readonly name: string;
  readonly lines: number;
  /** Share of lines with at least one category that is covered. */
  readonly covered: number;
  readonly actions: Readonly<Record<string, number>>;
  readonly categories: readonly CategoryFigures[];
}

export interface Figures {
  readonly subsets: readonly Subset[];
  readonly reliability: readonly { readonly category: string; readonly bins: readonly ReliabilityBin[] }[];
  readonly bias: readonly { readonly category: string; readonly groups: readonly GroupBias[] }[];
}

/** A policy's lowest threshold of each category that has one. */
export type Thresholds = Readonly<Record<string, number>>;

const THRESHOLDS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
const FALSE_POSITIVES = 0.01;
/** Where the policy names no threshold, groups are held against this one. */
const EVEN = 0.5;

/** All figures of a run, over all lines and by language, group and modalities. */
export function figuresOf(lines: readonly JudgedLine[], thresholds: Thresholds): Figures {
  const labelled = [...new Set(lines.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const subsets = [subsetOf('all', 'all', lines, labelled, thresholds)];
  for (const by of ['lang', 'group', 'modalities'] as const) {
    for (const [name, members] of membersBy(lines, by))
      if (name !== '') subsets.push(subsetOf(by, name, members, labelled, thresholds));
  }
  return {
    subsets,
    reliability: labelled.map((category) => ({ category, bins: reliabilityBins(rowsOf(lines, category)) })),
    bias: labelled.map((category) => ({
      category,
      groups: groupBias(rowsOf(lines, category), thresholds[category] ?? EVEN),
    })),
  };
}

/** Lines by a field's value, sorted by it. */
function membersBy(
  lines: readonly JudgedLine[],
  by: 'lang' | 'group' | 'modalities',
): [name: string, members: JudgedLine[]][] {
  const members = new Map<string, JudgedLine[]>();
  for (const line of lines) {
    const known = members.get(line[by]);
    if (known) known.push(line);
    else members.set(line[by], [line]);
  }
  return [...members].sort(([a], [b]) => (a < b ? -1 : 1));
}

function subsetOf(
  by: Subset['by'],
  name: string,
  lines: readonly JudgedLine[],
  labelled: readonly string[],
  thresholds: Thresholds,
): Subset {
  const actions: Record<string, number> = {};
  for (const { action } of lines) actions[action] = (actions[action] ?? 0) + 1;
  return {
    by,
    name,
    lines: lines.length,
    covered: lines.filter(({ isCovered }) => isCovered).length / lines.length,
    actions,
    categories: labelled
      .filter((category) => lines.some(({ labels }) => category in labels))
      .map((category) => categoryFigures(category, lines, thresholds[category])),
  };
}

function categoryFigures(
  category: string,
  lines: readonly JudgedLine[],
  threshold: number | undefined,
): CategoryFigures {
  const rows = rowsOf(lines, category);
  const labelled = lines.filter(({ labels }) => category in labels).length;
  const at = (value: number) => ({ threshold: value, ...ratesAt(rows, value) });
  const positives = rows.filter(({ positive }) => positive).length;
  return {
    category,
    positives,
    negatives: rows.length - positives,
    unscored: labelled - rows.length,
    auroc: auroc(rows),
    averagePrecision: averagePrecision(rows),
    atPolicy: threshold === undefined ? undefined : at(threshold),
    atThresholds: THRESHOLDS.map(at),
    recallAt1Percent: recallAtFalsePositives(rows, FALSE_POSITIVES),
    calibrationError: equalMassCalibrationError(rows),
    brierSkill: brierSkill(rows),
  };
}

function rowsOf(lines: readonly JudgedLine[], category: string): GroupedRow[] {
  return lines.flatMap(({ labels, scores, group }) => {
    const label = labels[category];
    const score = scores[category];
    return label === undefined || score === undefined ? [] : [{ score, positive: label === 1, group }];
  });
}
