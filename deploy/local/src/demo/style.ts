const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36 } as const;

export type Style = keyof typeof CODES;
/** Puts text in a style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Colours for a terminal; none for a file, a pipe, or where NO_COLOR is set. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const isPlain = stream.isTTY !== true || process.env['NO_COLOR'] !== undefined;
  return (style, text) => (isPlain ? text : `\u001b[${CODES[style]}m${text}\u001b[0m`);
}
