const PATHS = {
  live: 'M2 8h3l2-5 3 10 2-5h2',
  queue: 'M2 4h12M2 8h12M2 12h7',
  quality: 'M3 13V8m5 5V3m5 10V6',
  pipeline: 'M2 8h4m4 0h4M6 5h4v6H6z',
  audit: 'M4 2h6l3 3v9H4zM6.5 8h4M6.5 11h4',
  statement: 'M3 3h10v7H8l-3 3v-3H3z',
  settings: 'M2 5h7m3 0h2M2 11h2m3 0h7M9 3v4M4.5 9v4',
  check: 'M3 8.5l3.2 3.2L13 5',
  flag: 'M4 14V2.5h8l-2 3 2 3H4',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 9.8a1.8 1.8 0 100-3.6 1.8 1.8 0 000 3.6z',
  ban: 'M8 14A6 6 0 108 2a6 6 0 000 12zM3.8 3.8l8.4 8.4',
  dash: 'M4 8h8',
  text: 'M3 4V3h10v1M8 3v10M6.5 13h3',
  image: 'M2 3h12v10H2zM2 11l3.5-3.5 3 3L11 8l3 3',
  audio: 'M2 6.5v3M5 4v8M8 2v12M11 5v6M14 6.5v3',
  part: 'M3 3h10v10H3z',
  conflict: 'M2 5h9L8.5 2.5M14 11H5l2.5 2.5',
  missing: 'M8 2.5L14.5 13.5h-13zM8 6.5v3.5M8 12v.01',
  human: 'M8 7.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5zM3 14c0-3 2.2-4.5 5-4.5s5 1.5 5 4.5',
  revised: 'M13 8a5 5 0 11-1.5-3.5M13 2v3h-3',
  lock: 'M4 7h8v7H4zM5.5 7V5a2.5 2.5 0 015 0v2',
  play: 'M5 3l8 5-8 5z',
  pause: 'M5 3v10M11 3v10',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside words, or with a name of its own where it stands alone. */
export function Icon({ name, label }: { name: IconName; label?: string }) {
  const named = label === undefined ? { 'aria-hidden': true } : { role: 'img' as const };
  return (
    <svg class="icon" viewBox="0 0 16 16" {...named}>
      <title>{label ?? ''}</title>
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** A modality is a value: one that we have no drawing for gets the plain one. */
export function ModalityIcon({ modality, label }: { modality: string; label?: string }) {
  const name = modality in PATHS ? (modality as IconName) : 'part';
  return <Icon name={name} {...(label === undefined ? {} : { label })} />;
}
