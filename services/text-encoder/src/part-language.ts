import type { Stretch } from '@tercet/encoder/authoring';
import { type Identify, UNDETERMINED, UNKNOWN_LANGUAGE } from '@tercet/language';

/** The language that a part is taken to be in. */
export interface PartLanguage {
  /** BCP 47 tag; empty: unknown. `mis`: none that the detector knows, and not English. */
  readonly tag: string;
  /** Stretches in other languages, in UTF-16 code units of the text. */
  readonly foreign: readonly Stretch[];
}

const ENGLISH = 'en';
/** A declared language gives way to English from this confidence on: a few loan words are not enough. */
const CERTAIN_ENGLISH = 0.98;

/**
 * Holds what the words say against what upstream declared, which is a claim: where the words say plainly that they are
 * of another language, they are believed; where they do not tell, the claim is. A stretch of another language inside
 * English is told apart whatever the model reads: heads are judged on texts of one language.
 * @param within the stretches of the text that are looked at.
 */
export function partLanguage(
  identify: Identify,
  text: string,
  within: readonly Stretch[],
  declared: string,
): PartLanguage {
  const { language, confidence, foreign } = identify(text, within);
  return { tag: settle(language, confidence, declared), foreign };
}

function settle(found: string, confidence: number, declared: string): string {
  const claimed = declared.split(/[-_]/, 1)[0]?.toLowerCase() ?? '';
  const claimsNothing = claimed === '' || claimed === UNDETERMINED;
  if (found === UNDETERMINED || found === claimed) return declared;
  if (found === ENGLISH) return claimsNothing || confidence >= CERTAIN_ENGLISH ? ENGLISH : declared;
  // The claim names what the detector has no name for; that it is not English, both say.
  if (found === UNKNOWN_LANGUAGE && !claimsNothing && claimed !== ENGLISH) return declared;
  return found;
}
