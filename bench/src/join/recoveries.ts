import type { ServiceProcess } from '@tercet/local';

export interface Recovery {
  readonly partition: number;
  /** When the owner began to work; milliseconds since the epoch. */
  readonly atMs: number;
}

/** The recoveries that a fusion process has logged, in order. */
export function recoveriesOf(fusion: ServiceProcess): Recovery[] {
  return fusion.log.all().flatMap((line) => {
    if (!line.includes('"partition recovered"')) return [];
    const { partition, time } = JSON.parse(line) as { partition: number; time: string };
    return [{ partition, atMs: Date.parse(time) }];
  });
}
