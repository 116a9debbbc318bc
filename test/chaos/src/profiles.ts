/** A size of run. */
export interface Profile {
  readonly items: number;
  readonly faults: number;
  readonly perSecond: number;
}

// Two cores carry about this much with every service on them; faults leave backlogs to be worked off.
export const PROFILES = {
  smoke: { items: 3000, faults: 10, perSecond: 45 },
  ci: { items: 20_000, faults: 30, perSecond: 55 },
  soak: { items: 180_000, faults: 200, perSecond: 50 },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;

export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(PROFILES, name);
}
