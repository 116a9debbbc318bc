const LINE = /^tercet_encoder_stage_duration_(sum|count)\{([^}]*)\} ([0-9.eE+-]+)/;

/** Sums and counts of an encoder's histogram of stages, by stage, out of the text of `/metrics`. */
export function readStages(metrics: string): Map<string, { sum: number; count: number }> {
  const stages = new Map<string, { sum: number; count: number }>();
  for (const line of metrics.split('\n')) {
    const [, kind = '', labels = '', value = ''] = LINE.exec(line) ?? [];
    const stage = /stage="(\w+)"/.exec(labels)?.[1];
    if (stage === undefined) continue;
    const known = stages.get(stage) ?? { sum: 0, count: 0 };
    known[kind as 'sum' | 'count'] += Number(value);
    stages.set(stage, known);
  }
  return stages;
}

/** Mean milliseconds of each stage between two readings. */
export function meanStages(before: string, after: string): Record<string, number> {
  const then = readStages(before);
  return Object.fromEntries(
    [...readStages(after)].flatMap(([stage, { sum, count }]) => {
      const parts = count - (then.get(stage)?.count ?? 0);
      return parts > 0 ? [[stage, ((sum - (then.get(stage)?.sum ?? 0)) / parts) * 1000]] : [];
    }),
  );
}
