import { effect, signal } from '@preact/signals';
import type { WellnessSettings } from '../../../src/api/review.js';

/** A person's own comfort; kept in this browser. */
export interface Comfort {
  readonly theme: 'system' | 'light' | 'dark';
  /** Undefined: as the deployment's settings say. */
  readonly blur?: boolean;
  readonly grey?: boolean;
  readonly muted?: boolean;
}

export type Shielding = Pick<WellnessSettings, 'blur' | 'grey' | 'muted'>;

const KEY = 'tercet.comfort';
const CAREFUL: Shielding = { blur: true, grey: true, muted: true };

export const comfort = signal<Comfort>(read());
/** The deployment's own; the careful ones until they are known. */
export const deploymentShielding = signal<Shielding>(CAREFUL);

export function shielding(): Shielding {
  return { ...deploymentShielding.value, ...definedOf(comfort.value) };
}

export function changeComfort(change: Partial<Comfort>): void {
  comfort.value = { ...comfort.value, ...change };
  localStorage.setItem(KEY, JSON.stringify(comfort.value));
}

/** Keeps the page's theme what was chosen, or what the system has. */
export function followTheme(): void {
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const isDark = signal(system.matches);
  system.addEventListener('change', () => {
    isDark.value = system.matches;
  });
  effect(() => {
    const { theme } = comfort.value;
    const dark = theme === 'dark' || (theme === 'system' && isDark.value);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  });
}

function definedOf({ blur, grey, muted }: Comfort): Partial<Shielding> {
  return {
    ...(blur === undefined ? {} : { blur }),
    ...(grey === undefined ? {} : { grey }),
    ...(muted === undefined ? {} : { muted }),
  };
}

function read(): Comfort {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return { theme: 'system', ...(stored as Partial<Comfort>) };
  } catch {
    return { theme: 'system' };
  }
}
