import { auroc, type Scored } from '@tercet/training';
import { ratesAt } from './rates.js';

/** A scored row of a group of people or of texts that name one; empty: of none. */
export interface GroupedRow extends Scored {
  readonly group: string;
}

/** How a group fares beside all others. */
export interface GroupBias {
  readonly group: string;
  readonly negatives: number;
  readonly positives: number;
  /** Share of the group's negatives at or above the threshold. */
  readonly falsePositives: number;
  /** That share less the share among all negatives. */
  readonly gap: number;
  /** Subgroup, background-positive-subgroup-negative and background-negative-subgroup-positive AUROC (Borkan et al., 2019). */
  readonly subgroupAuroc: number;
  readonly bpsnAuroc: number;
  readonly bnspAuroc: number;
}

/** Every named group's bias at a threshold, the widest gap first; groups with fewer negatives than `least` are left out. */
export function groupBias(rows: readonly GroupedRow[], threshold: number, least = 20): GroupBias[] {
  const overall = ratesAt(rows, threshold).falsePositives;
  const groups = new Map<string, GroupedRow[]>();
  for (const row of rows) {
    const known = groups.get(row.group);
    if (known) known.push(row);
    else groups.set(row.group, [row]);
  }
  const found = [...groups].flatMap(([group, inside]): GroupBias[] => {
    const negatives = inside.filter(({ positive }) => !positive);
    if (group === '' || negatives.length < least) return [];
    const outside = rows.filter((row) => row.group !== group);
    const falsePositives = ratesAt(negatives, threshold).falsePositives;
    const positives = inside.filter(({ positive }) => positive);
    return [
      {
        group,
        negatives: negatives.length,
        positives: positives.length,
        falsePositives,
        gap: falsePositives - overall,
        subgroupAuroc: auroc(inside),
        bpsnAuroc: auroc([...negatives, ...outside.filter(({ positive }) => positive)]),
        bnspAuroc: auroc([...positives, ...outside.filter(({ positive }) => !positive)]),
      },
    ];
  });
  return found.sort((a, b) => b.gap - a.gap || (a.group < b.group ? -1 : 1));
}
