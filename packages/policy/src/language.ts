// Tags come with content, so the memory of them is bounded.
const MAX_REMEMBERED = 1_000;
const remembered = new Map<string, string>();

/** Primary subtag of a BCP 47 tag, lower case; empty where the tag is empty or says undetermined. */
export function primaryLanguage(tag: string): string {
  const known = remembered.get(tag);
  if (known !== undefined) return known;
  const subtag = tag.split(/[-_]/, 1)[0]?.toLowerCase() ?? '';
  const primary = subtag === 'und' ? '' : subtag;
  if (remembered.size < MAX_REMEMBERED) remembered.set(tag, primary);
  return primary;
}

/** True where `tag` is of one of the languages, or unknown, or where no list is given. */
export function isServed(tag: string, languages: readonly string[] | undefined): boolean {
  const primary = primaryLanguage(tag);
  if (primary === '' || languages === undefined) return true;
  for (const language of languages) if (primaryLanguage(language) === primary) return true;
  return false;
}
