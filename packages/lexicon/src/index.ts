export { LEXICAL_SIGNALS, LEXICON, lexicalVector } from './lexical-signals.js';
