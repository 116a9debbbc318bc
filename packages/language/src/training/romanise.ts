import type { Frequencies } from './vocabulary.js';

type Random = () => number;
/** Spellings of one letter, the usual one first. */
type Scheme = Readonly<Record<string, readonly string[]>>;

const CYRILLIC: Scheme = {
  а: ['a'],
  б: ['b'],
  в: ['v', 'w'],
  г: ['g', 'h'],
  ґ: ['g'],
  д: ['d'],
  е: ['e', 'ye'],
  ё: ['e', 'yo', 'jo'],
  є: ['ye', 'je'],
  ж: ['zh', 'j', 'g'],
  з: ['z'],
  и: ['i', 'y'],
  і: ['i'],
  ї: ['yi', 'i'],
  й: ['y', 'j', 'i'],
  к: ['k'],
  л: ['l'],
  м: ['m'],
  н: ['n'],
  о: ['o'],
  п: ['p'],
  р: ['r'],
  с: ['s'],
  т: ['t'],
  у: ['u'],
  ф: ['f'],
  х: ['h', 'kh', 'x'],
  ц: ['ts', 'c', 'tz'],
  ч: ['ch', '4'],
  ш: ['sh', 'w'],
  щ: ['sch', 'sh', 'shch'],
  ъ: ['', 'a'],
  ы: ['y', 'i'],
  ь: ['', "'"],
  э: ['e'],
  ю: ['yu', 'ju', 'u'],
  я: ['ya', 'ja', 'ia'],
  ѓ: ['gj'],
  ѕ: ['dz'],
  ј: ['j'],
  љ: ['lj'],
  њ: ['nj'],
  ќ: ['kj'],
  џ: ['dj'],
  ў: ['u', 'w'],
};

const GREEK: Scheme = {
  α: ['a'],
  β: ['v', 'b'],
  γ: ['g', 'y'],
  δ: ['d'],
  ε: ['e'],
  ζ: ['z'],
  η: ['i', 'h'],
  θ: ['th', '8'],
  ι: ['i'],
  κ: ['k'],
  λ: ['l'],
  μ: ['m'],
  ν: ['n'],
  ξ: ['ks', 'x', '3'],
  ο: ['o'],
  π: ['p'],
  ρ: ['r'],
  σ: ['s'],
  ς: ['s'],
  τ: ['t'],
  υ: ['i', 'y', 'u'],
  φ: ['f', 'ph'],
  χ: ['x', 'h', 'ch'],
  ψ: ['ps'],
  ω: ['o', 'w'],
};

const HEBREW: Scheme = {
  א: ['a', ''],
  ב: ['b', 'v'],
  ג: ['g'],
  ד: ['d'],
  ה: ['h', ''],
  ו: ['v', 'o', 'u'],
  ז: ['z'],
  ח: ['h', 'ch'],
  ט: ['t'],
  י: ['i', 'y'],
  כ: ['k', 'ch'],
  ך: ['ch', 'k'],
  ל: ['l'],
  מ: ['m'],
  ם: ['m'],
  נ: ['n'],
  ן: ['n'],
  ס: ['s'],
  ע: ['a', ''],
  פ: ['p', 'f'],
  ף: ['f'],
  צ: ['tz', 'ts'],
  ץ: ['tz', 'ts'],
  ק: ['k'],
  ר: ['r'],
  ש: ['sh', 's'],
  ת: ['t'],
};

const ARABIC: Scheme = {
  ا: ['a', 'e'],
  أ: ['a', 'e', '2'],
  إ: ['i', 'e'],
  آ: ['a', 'aa'],
  ب: ['b'],
  پ: ['p'],
  ت: ['t'],
  ة: ['a', 'e'],
  ث: ['th', 's'],
  ج: ['j', 'g'],
  چ: ['ch'],
  ح: ['7', 'h'],
  خ: ['kh', '5'],
  د: ['d'],
  ذ: ['z', 'd', 'th'],
  ر: ['r'],
  ز: ['z'],
  ژ: ['zh', 'j'],
  س: ['s'],
  ش: ['sh', 'ch'],
  ص: ['s', '9'],
  ض: ['d', 'z'],
  ط: ['t', '6'],
  ظ: ['z', 'd'],
  ع: ['3', 'a'],
  غ: ['gh', '8'],
  ف: ['f'],
  ق: ['q', '2', 'k', '9'],
  ک: ['k'],
  ك: ['k'],
  گ: ['g'],
  ل: ['l'],
  م: ['m'],
  ن: ['n'],
  ه: ['h'],
  ھ: ['h'],
  ہ: ['h', 'a'],
  ؤ: ['o'],
  و: ['w', 'o', 'u', 'v'],
  ي: ['y', 'i', 'ee'],
  ی: ['i', 'y', 'ee'],
  ى: ['a'],
  ئ: ['e', '2'],
  ء: ['2', ''],
  ے: ['e', 'ay'],
  ٹ: ['t'],
  ڈ: ['d'],
  ڑ: ['r'],
  ں: ['n'],
};

/** Consonants of the scripts that descend from Brahmi, by their place in a block of 128; all blocks share it. */
const BRAHMIC_CONSONANTS: Readonly<Record<number, readonly string[]>> = {
  21: ['k'],
  22: ['kh'],
  23: ['g'],
  24: ['gh'],
  25: ['n'],
  26: ['ch', 'c'],
  27: ['chh', 'ch'],
  28: ['j'],
  29: ['jh'],
  30: ['n'],
  31: ['t'],
  32: ['th'],
  33: ['d'],
  34: ['dh'],
  35: ['n'],
  36: ['t', 'th'],
  37: ['th'],
  38: ['d', 'dh'],
  39: ['dh'],
  40: ['n'],
  41: ['n'],
  42: ['p'],
  43: ['ph', 'f'],
  44: ['b'],
  45: ['bh', 'v'],
  46: ['m'],
  47: ['y', 'j'],
  48: ['r'],
  49: ['r'],
  50: ['l'],
  51: ['l'],
  52: ['zh', 'l'],
  53: ['v', 'w'],
  54: ['sh', 's'],
  55: ['sh'],
  56: ['s'],
  57: ['h'],
  88: ['q', 'k'],
  89: ['kh'],
  90: ['gh', 'g'],
  91: ['z', 'j'],
  92: ['r', 'd'],
  93: ['rh', 'dh'],
  94: ['f', 'ph'],
  95: ['y'],
};
const BRAHMIC_VOWELS: Readonly<Record<number, readonly string[]>> = {
  5: ['a'],
  6: ['aa', 'a'],
  7: ['i'],
  8: ['ee', 'i'],
  9: ['u'],
  10: ['oo', 'u'],
  11: ['ri'],
  14: ['e'],
  15: ['e', 'ae'],
  16: ['ai', 'e'],
  18: ['o'],
  19: ['o'],
  20: ['au', 'o'],
};
const BRAHMIC_SIGNS: Readonly<Record<number, readonly string[]>> = {
  62: ['a', 'aa'],
  63: ['i'],
  64: ['i', 'ee'],
  65: ['u'],
  66: ['u', 'oo'],
  67: ['ri'],
  70: ['e'],
  71: ['e'],
  72: ['ai', 'e'],
  74: ['o'],
  75: ['o'],
  76: ['au', 'o'],
};
const VIRAMA = 0x4d;
const NUKTA = 0x3c;
const NASALS = new Set([0x01, 0x02]);
const VOWEL = /[aeiou]/;

/** One of a letter's spellings; the usual one three times in five. */
function pick(spellings: readonly string[], random: Random): string {
  const usual = spellings.length === 1 || random() < 0.6;
  return (usual ? spellings[0] : spellings[1 + Math.floor(random() * (spellings.length - 1))]) ?? '';
}

function spell(word: string, scheme: Scheme, random: Random): string {
  return [...word.normalize('NFC').toLowerCase()]
    .map((letter) => {
      const bare = letter.normalize('NFD').replace(/\p{M}/gu, '');
      const spellings = scheme[letter] ?? scheme[bare];
      return spellings ? pick(spellings, random) : bare;
    })
    .join('');
}

/** Arabic and Hebrew leave short vowels out: one is put where two consonants meet, most of the time. */
function spellSkeleton(word: string, scheme: Scheme, random: Random): string {
  let spelled = '';
  for (const letter of word) {
    const next = pick(scheme[letter] ?? [''], random);
    const meets = /[^aeiou]$/.test(spelled) && /^[^aeiou]/.test(next);
    if (meets && random() < 0.7) spelled += ['a', 'e', 'i', 'o', 'u'][Math.floor(random() ** 1.5 * 5)] ?? 'a';
    spelled += next;
  }
  return spelled;
}

/** A consonant carries an `a` unless a sign or the virama follows; it is silent at the end, and often before a long vowel. */
function spellBrahmic(word: string, random: Random): string {
  const places = [...word].map((letter) => (letter.codePointAt(0) ?? 0) % 0x80);
  let spelled = '';
  places.forEach((place, index) => {
    const consonant = BRAHMIC_CONSONANTS[place];
    if (consonant) {
      spelled += pick(consonant, random);
      const next = places[index + 1] === NUKTA ? places[index + 2] : places[index + 1];
      const carries = next !== undefined && next !== VIRAMA && BRAHMIC_SIGNS[next] === undefined;
      const beforeSigned =
        BRAHMIC_SIGNS[places[index + 2] ?? -1] !== undefined && VOWEL.test(spelled.slice(0, -2));
      if (carries && !(beforeSigned && random() < 0.7)) spelled += 'a';
    } else if (BRAHMIC_VOWELS[place]) spelled += pick(BRAHMIC_VOWELS[place], random);
    else if (BRAHMIC_SIGNS[place]) spelled += pick(BRAHMIC_SIGNS[place], random);
    else if (NASALS.has(place)) spelled += random() < 0.8 ? 'n' : '';
  });
  return spelled;
}

function spellerOf(word: string): ((word: string, random: Random) => string) | undefined {
  if (/\p{Script=Cyrillic}/u.test(word)) return (one, random) => spell(one, CYRILLIC, random);
  if (/\p{Script=Greek}/u.test(word)) return (one, random) => spell(one, GREEK, random);
  if (/\p{Script=Hebrew}/u.test(word)) return (one, random) => spellSkeleton(one, HEBREW, random);
  if (/\p{Script=Arabic}/u.test(word)) return (one, random) => spellSkeleton(one, ARABIC, random);
  if (/[\u0900-\u0d7f]/u.test(word)) return spellBrahmic;
  return undefined;
}

/**
 * Words of another script as people may type them in Latin letters: `variants` spellings of each, drawn with the given
 * generator. Rough on purpose: what is learned from them are runs of letters, not words.
 */
export function romanised(frequencies: Frequencies, variants: number, random: Random): Frequencies {
  const spelled = new Map<string, number>();
  for (const [word, frequency] of frequencies) {
    const speller = spellerOf(word);
    if (speller === undefined) continue;
    for (let i = 0; i < variants; i += 1) {
      const variant = speller(word, random);
      if (variant !== '') spelled.set(variant, (spelled.get(variant) ?? 0) + frequency / variants);
    }
  }
  return spelled;
}
