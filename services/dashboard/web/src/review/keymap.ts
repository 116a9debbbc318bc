export type Action = 'allow' | 'flag' | 'review' | 'block';

export type Command =
  | 'next'
  | Action
  | 'submit'
  | 'undo'
  | 'release'
  | 'note'
  | 'second-opinion'
  | 'preserve'
  | 'reveal'
  | 'help';

interface Binding {
  readonly key: string;
  readonly command: Command;
  readonly says: string;
  /** Only while a case is worked on. */
  readonly inCase: boolean;
}

export const BINDINGS: readonly Binding[] = [
  { key: 'j', command: 'next', says: 'Claim the next case', inCase: false },
  { key: '1', command: 'allow', says: 'Allow', inCase: true },
  { key: '2', command: 'flag', says: 'Flag', inCase: true },
  { key: '3', command: 'review', says: 'Keep in review', inCase: true },
  { key: '4', command: 'block', says: 'Block', inCase: true },
  { key: 'Enter', command: 'submit', says: 'Send the decision', inCase: true },
  { key: 'u', command: 'undo', says: 'Undo the last decision, while it can be', inCase: false },
  { key: 'n', command: 'note', says: 'Write a note; Esc leaves it, Ctrl Enter sends', inCase: true },
  { key: 's', command: 'second-opinion', says: 'Ask for a second opinion', inCase: true },
  { key: 'r', command: 'release', says: 'Give the case back', inCase: true },
  { key: 'v', command: 'reveal', says: 'Show the next picture or load the next recording', inCase: true },
  {
    key: 'h',
    command: 'preserve',
    says: 'Preserve the item for an authority (restricted queue)',
    inCase: true,
  },
  { key: '?', command: 'help', says: 'Show these keys', inCase: false },
];

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** What a key means. Keys with Ctrl, Meta or Alt are the browser's. */
export function commandOf(pressed: Pressed, inCase: boolean): Command | undefined {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined;
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  return BINDINGS.find((one) => one.key === key && (inCase || !one.inCase))?.command;
}
