/** A size of run. */
export interface Profile {
  readonly items: number;
  readonly faults: number;
  /** Item versions a second. */
  readonly perSecond: number;
}

/** On two cores `smoke` ends within two minutes, `ci` within eight, `soak` after an hour. */
export const PROFILES = {
  smoke: { items: 3000, faults: 10, perSecond: 45 },
  ci: { items: 20_000, faults: 32, perSecond: 50 },
  soak: { items: 162_000, faults: 300, perSecond: 45 },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;

export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(PROFILES, name);
}
