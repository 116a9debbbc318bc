const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = ' ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES = ['', 'thousand', 'million', 'billion'];
const ORDINALS: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

/** English words of a whole number below 10^12, without "and": 1906 as a count is "one thousand nine hundred six". */
export function cardinalWords(value: number): string[] {
  if (value === 0) return ['zero'];
  const words: string[] = [];
  for (let scale = SCALES.length - 1; scale >= 0; scale -= 1) {
    const group = Math.floor(value / 1000 ** scale) % 1000;
    if (group > 0)
      words.push(...belowThousand(group), ...[SCALES[scale] ?? ''].filter((word) => word !== ''));
  }
  return words;
}

/** 3 -> third, 21 -> twenty first. */
export function ordinalWords(value: number): string[] {
  const words = cardinalWords(value);
  const last = words.at(-1) ?? '';
  const regular = last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`;
  return [...words.slice(0, -1), ORDINALS[last] ?? regular];
}

/** How a year is read: 1906 -> nineteen oh six, 1900 -> nineteen hundred, 2004 -> two thousand four. */
export function yearWords(value: number): string[] {
  const [century, rest] = [Math.floor(value / 100), value % 100];
  if (century % 10 === 0) return cardinalWords(value);
  if (rest === 0) return [...cardinalWords(century), 'hundred'];
  return [...cardinalWords(century), ...(rest < 10 ? ['oh'] : []), ...cardinalWords(rest)];
}

function belowThousand(value: number): string[] {
  const hundreds = Math.floor(value / 100);
  const rest = value % 100;
  const words = hundreds > 0 ? [ONES[hundreds] ?? '', 'hundred'] : [];
  if (rest >= 20)
    words.push(TENS[Math.floor(rest / 10)] ?? '', ...(rest % 10 > 0 ? [ONES[rest % 10] ?? ''] : []));
  else if (rest > 0) words.push(ONES[rest] ?? '');
  return words;
}
