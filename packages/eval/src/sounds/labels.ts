/**
 * Classes that count as right beside the label's own: its ancestors in the AudioSet ontology (Gemmeke et al. 2017), as far as
 * they are among YAMNet's 521. An ancestor is true of the sound, only less exact.
 */
export const ANCESTORS: Readonly<Record<string, readonly string[]>> = {
  Bark: ['Dog', 'Domestic animals, pets', 'Animal'],
  Meow: ['Cat', 'Domestic animals, pets', 'Animal'],
  'Gunshot, gunfire': ['Explosion'],
  'Machine gun': ['Gunshot, gunfire', 'Explosion'],
  Explosion: [],
  Shatter: ['Glass'],
  Thunder: ['Thunderstorm'],
  Fireworks: ['Explosion'],
  Helicopter: ['Aircraft', 'Vehicle'],
  'Vehicle horn, car horn, honking': ['Car', 'Motor vehicle (road)', 'Vehicle'],
  Knock: ['Door'],
  Rain: ['Water'],
  Siren: ['Alarm'],
  Screaming: [],
};

/** Whether one of the first `count` classes is the label or an ancestor of it. `ranked`: names, best first. */
export function isRight(label: string, ranked: readonly string[], count: number): boolean {
  const right = [label, ...(ANCESTORS[label] ?? [])];
  return ranked.slice(0, count).some((name) => right.includes(name));
}

/** Rows of a CSV file with quoted fields, by column name; no field holds a line break. */
export function csvRows(text: string): Record<string, string>[] {
  const [head = '', ...lines] = text.trim().split(/\r?\n/);
  const fields = (line: string) =>
    [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, field = '']) =>
      field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
    );
  const names = fields(head);
  return lines.map((line) => {
    const values = fields(line);
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  });
}
