/** Whether the key goes into a field, where letters are letters. */
export function isTyping({ target }: { target: EventTarget | null }): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type=radio], [type=checkbox]), textarea, select')
  );
}

/** Whether Enter has a meaning of its own where the focus is. */
export function takesEnter({ target }: { target: EventTarget | null }): boolean {
  return target instanceof HTMLElement && target.matches('a, button, input, textarea, select, summary');
}
