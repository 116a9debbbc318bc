import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { cuss } from 'cuss';

/** What a list says of a word; several may hold. */
export interface WordEntry {
  /** 0: rarely meant badly, 1: at times, 2: mostly (the sureness of `cuss`; the severity of the other list, shortened). */
  readonly sureness: 0 | 1 | 2;
  /** Aimed at people for their origin, religion, sex or love. */
  readonly slur: boolean;
  readonly sexual: boolean;
}

interface TaggedWord {
  readonly match: string;
  readonly tags: readonly string[];
  readonly severity: number;
}

const MAX_WORDS = 3;
const SLUR_TAGS = ['racial', 'lgbtq', 'religious'];
/** From this severity on (of 4) a word of the tagged list counts as meant badly. */
const SURE_SEVERITY = 3;

const tagged = createRequire(import.meta.url)('@dsojevic/profanity-list/en.json') as readonly TaggedWord[];

/** Words and phrases of up to three words, lower case and without accents, by their text. */
export const WORDS: ReadonlyMap<string, WordEntry> = readLists();

/** Lower-case hex sha256 over both lists as they were read. */
export const LISTS_DIGEST = createHash('sha256')
  .update(JSON.stringify([...WORDS].sort(([a], [b]) => (a < b ? -1 : 1))))
  .digest('hex');

function readLists(): Map<string, WordEntry> {
  const words = new Map<string, WordEntry>();
  for (const [word, rating] of Object.entries(cuss)) {
    // Rated 0 are mostly names of peoples and faiths: their mention is no sign of anything.
    if (rating === 1 || rating === 2) add(words, word, { sureness: rating, slur: false, sexual: false });
  }
  for (const { match, tags, severity } of tagged) {
    const entry = {
      sureness: severity >= SURE_SEVERITY ? 2 : 1,
      slur: severity >= SURE_SEVERITY && SLUR_TAGS.some((tag) => tags.includes(tag)),
      sexual: tags.includes('sexual'),
    } as const;
    // `*` stands for more of the letter before it, which the search for stretched words sees to.
    for (const form of match.split('|')) add(words, form.replaceAll('*', ''), entry);
  }
  return words;
}

function add(words: Map<string, WordEntry>, form: string, entry: WordEntry): void {
  const text = form
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  if (text.length < 3 || text.split(' ').length > MAX_WORDS) return;
  const held = words.get(text);
  words.set(text, {
    sureness: held === undefined || entry.sureness > held.sureness ? entry.sureness : held.sureness,
    slur: entry.slur || held?.slur === true,
    sexual: entry.sexual || held?.sexual === true,
  });
}
