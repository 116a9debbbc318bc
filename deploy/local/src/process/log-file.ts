import { createWriteStream, type WriteStream } from 'node:fs';

/** A process's log lines in a file. A full disk ends the file, not the stack. */
export class LogFile {
  readonly #stream: WriteStream;
  #broken = false;

  constructor(path: string) {
    this.#stream = createWriteStream(path, { flags: 'a' });
    this.#stream.on('error', () => {
      this.#broken = true;
    });
  }

  write(line: string): void {
    if (!this.#broken) this.#stream.write(`${line}\n`);
  }
}
