/**
 * Id of the part that a deriver reads from another one, such as `img1/ocr`. Upstream's own ids hold no `/`, so the two
 * never meet.
 */
export function derivedPartId(sourcePartId: string, suffix: string): string {
  return `${sourcePartId}/${suffix}`;
}

/** Whether a word may end a derived part's id: it is part of ids, of settings and of policies. */
export function isDerivedSuffix(word: string): boolean {
  return /^[a-z][a-z0-9-]{0,15}$/.test(word);
}

/** Text up to this many bytes of UTF-8 travels inside records too, so that the usual case needs no content store. */
export const MAX_INLINE_TEXT_BYTES = 16 * 1024;
