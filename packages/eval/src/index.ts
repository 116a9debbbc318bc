export { type LanguageDecisions, languageFigures } from './heads/language-figures.js';
export { type KindFigures, sentenceFigures } from './heads/sentence-figures.js';
export {
  type LanguageSentence,
  readLanguageSentences,
  readSentences,
  type Sentence,
} from './heads/sentences.js';
export { decideTexts, TextJudge } from './heads/text-judge.js';
export type { EvalOptions, Suite } from './suites.js';
