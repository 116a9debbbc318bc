/** A size of run. */
export interface Profile {
  readonly items: number;
  readonly faults: number;
  readonly perSecond: number;
}

// `smoke` is what two cores carry with every service on them: 30 items a second; 60 run into a backlog. `ci` wants more
// than that, so that it ends within eight minutes.
export const PROFILES = {
  smoke: { items: 1800, faults: 10, perSecond: 30 },
  ci: { items: 20_000, faults: 30, perSecond: 48 },
  soak: { items: 108_000, faults: 200, perSecond: 30 },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;

export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(PROFILES, name);
}
