const WORDS =
  `about after again always another answer around because before began below between book bring build call
change city close come could country course day different does door down early earth end enough even every example eye
face family far father feet few find first follow food form found four friend garden give good great green group grow
hand hard head hear help here high home house idea important kind know land large last later leave left letter life
light like line list little live long look made make many mean might mile morning mother mountain move much music must
name near need never next night number often old once only open other over own page paper part people picture place
plant play point question quick quite rain read really right river road rock room round said same school second seem
sentence several shall short should show side simple small some song soon sound spell stand start state still stop story
street strong study such sun sure table take talk teach tell than their there these thing think those thought three time
together took town tree turn under until walk want watch water weather week well went where which while white whole why
will winter with without wonder word work world would write year young`.split(/\s+/);

/** Longest and shortest text, in words; with its punctuation and the model's own marks a text of n words has about n + n/9 + 2 tokens. */
const MIN_WORDS = 3;
const MAX_WORDS = 222;

/** A stream of numbers in 0..1, the same for the same seed (Park and Miller, 1988, with their later multiplier 48271). */
export function randomStream(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** `count` texts of 5 to 250 tokens or so. Short ones are the most, as among posts: the length's logarithm is uniform. */
export function benchTexts(count: number, seed: number): string[] {
  const random = randomStream(seed);
  return Array.from({ length: count }, () => {
    const words = Math.round(MIN_WORDS * (MAX_WORDS / MIN_WORDS) ** random());
    return sentences(words, random);
  });
}

function sentences(words: number, random: () => number): string {
  const text: string[] = [];
  for (let index = 0; index < words; index += 1) {
    const word = WORDS[Math.floor(random() * WORDS.length)] ?? 'word';
    text.push(index % 9 === 8 || index === words - 1 ? `${word}.` : word);
  }
  return text.join(' ');
}
