/** Unicode form C, case kept, every run of white space one space, none at the ends. */
export function normalise(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/** Levenshtein distance over code points: insertions, deletions and substitutions count 1. */
export function editDistance(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  left.forEach((char, i) => {
    const next = [i + 1];
    right.forEach((other, j) => {
      const changed = (row[j] ?? 0) + (char === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    });
    row = next;
  });
  return row[right.length] ?? 0;
}

/** Errors and characters, summed over pictures. */
export class ErrorSum {
  errors = 0;
  characters = 0;

  add(truth: string, read: string): number {
    const wanted = normalise(truth);
    const errors = editDistance(wanted, normalise(read));
    this.errors += errors;
    this.characters += [...wanted].length;
    return errors;
  }

  /** Character error rate; 0 where nothing was added. */
  get rate(): number {
    return this.characters === 0 ? 0 : this.errors / this.characters;
  }
}
