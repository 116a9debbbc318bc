/** Primary subtag of a BCP 47 tag, lower case; empty where the tag is empty or says undetermined. */
export function primaryLanguage(tag: string): string {
  const primary = tag.split(/[-_]/, 1)[0]?.toLowerCase() ?? '';
  return primary === 'und' ? '' : primary;
}

/** True where `tag` is of one of the languages, or unknown, or where no list is given. */
export function isServed(tag: string, languages: readonly string[] | undefined): boolean {
  const primary = primaryLanguage(tag);
  if (primary === '' || languages === undefined) return true;
  return languages.some((language) => primaryLanguage(language) === primary);
}
