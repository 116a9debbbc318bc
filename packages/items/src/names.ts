/** Tenants and part ids. */
const NAME = /^[A-Za-z0-9._-]{1,64}$/;
// Control characters of C0, DEL and C1, and unpaired surrogates.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

export function isName(text: string): boolean {
  return NAME.test(text);
}

/** Whether a text has 1 to `maxBytes` bytes of UTF-8 and no control characters. */
export function isId(text: string, maxBytes: number): boolean {
  return (
    text.length > 0 &&
    text.length <= maxBytes &&
    Buffer.byteLength(text, 'utf8') <= maxBytes &&
    !UNPRINTABLE.test(text)
  );
}

/** A BCP 47 tag as far as its alphabet and length go. */
export function isLanguageTag(text: string): boolean {
  return /^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,6}$/.test(text);
}
