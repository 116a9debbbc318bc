const COLOURS = [36, 35, 33, 32, 34, 96, 95, 93] as const;

/** Writes lines with the name of their process before them; in colour where the stream is a terminal. */
export function prefixedWriter(
  stream: NodeJS.WriteStream,
  name: string,
  index: number,
  width: number,
): (line: string) => void {
  const colour = COLOURS[index % COLOURS.length] ?? 36;
  const useColour = stream.isTTY === true && process.env['NO_COLOR'] === undefined;
  const label = name.padEnd(width);
  const prefix = useColour ? `\u001b[${colour}m${label} |\u001b[0m ` : `${label} | `;
  return (line) => {
    stream.write(`${prefix}${line}\n`);
  };
}
