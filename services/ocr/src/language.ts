/** Script that speaks for one language alone, among those that the recogniser reads. */
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const HAN = /\p{Script=Han}/u;

/** BCP 47 tag where the script tells; a Latin text may be of any of forty languages: empty. */
export function languageOf(text: string): string {
  if (KANA.test(text)) return 'ja';
  return HAN.test(text) && !/\p{Script=Latin}/u.test(text) ? 'zh' : '';
}
