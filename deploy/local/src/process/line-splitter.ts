import { StringDecoder } from 'node:string_decoder';

/** A line that never ends is cut here, so that one process cannot fill the supervisor's memory. */
const MAX_LINE_CHARS = 16_384;

/** Cuts a stream of bytes into lines, whatever its chunks. `end` gives out a last line without a line feed. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(readonly onLine: (line: string) => void) {}

  write(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.onLine(line.replace(/\r$/, ''));
    while (this.#rest.length > MAX_LINE_CHARS) {
      this.onLine(this.#rest.slice(0, MAX_LINE_CHARS));
      this.#rest = this.#rest.slice(MAX_LINE_CHARS);
    }
  }

  end(): void {
    if (this.#rest !== '') this.onLine(this.#rest);
    this.#rest = '';
  }
}
