/** Writes text to standard output, with a line feed at its end. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Writes a JSON value to standard output; 64-bit integers become strings, as in proto3 JSON. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one), 2));
}

/** Writes to standard error. */
export function complain(text: string): void {
  process.stderr.write(`tercet: ${text}\n`);
}
