// What set-up says, and how it gives up.

/** A reason why set-up cannot go on. Exit code 69: something outside the project is not there. */
export class SetupError extends Error {
  constructor(message, exitCode = 69) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** One line of progress, on stderr: stdout belongs to the script that follows. */
export function say(line) {
  process.stderr.write(`setup  ${line}\n`);
}

/** Bytes for people, in decimal units as package managers print them. */
export function formatBytes(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** Seconds since a `performance.now()` value, for people. */
export function formatSince(startMs) {
  return `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
}
