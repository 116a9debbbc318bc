import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UnavailableError } from '@tercet/kit';

const run = promisify(execFile);

/** A clip with what is said in it. */
export interface SpeechClip {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly transcript: string;
}

/** Reads `transcripts.csv` (columns `file` and `transcript` among others) and its clips. Undefined where there are none. */
export async function realSpeech(shared: string): Promise<SpeechClip[] | undefined> {
  const folder = join(shared, 'audio', 'real-speech');
  const table = await readFile(join(folder, 'transcripts.csv'), 'utf8').catch(() => undefined);
  if (table === undefined) return undefined;
  const [head = [], ...rows] = parseCsv(table);
  const [file, transcript] = [head.indexOf('file'), head.indexOf('transcript')];
  return Promise.all(
    rows.map(async (row) => {
      const name = row[file] ?? '';
      return { name, bytes: await readFile(join(folder, name)), transcript: row[transcript] ?? '' };
    }),
  );
}

/** Sounds without speech: what `audio/events` holds. */
export async function eventSounds(shared: string): Promise<{ name: string; bytes: Uint8Array }[]> {
  const folder = join(shared, 'audio', 'events');
  const names = await readdir(folder).catch(() => []);
  const sounds = names.filter((name) => /\.(ogg|wav|flac)$/.test(name)).sort();
  return Promise.all(sounds.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}

/** Has espeak-ng read a sentence. @throws UnavailableError `content_missing`-like where there is no espeak-ng. */
export async function readAloud(text: string, voice: string): Promise<Uint8Array> {
  try {
    const { stdout } = await run('espeak-ng', ['-v', voice, '-s', '150', '--stdout', text], {
      encoding: 'buffer',
      maxBuffer: 1 << 26,
    });
    return stdout;
  } catch (cause) {
    throw new UnavailableError('provider_missing', 'espeak-ng is needed for synthetic speech', { cause });
  }
}

/** Rows of a CSV text with quoted fields (RFC 4180). */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[i + 1] === '"') {
        field += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',' || char === '\n') {
      row.push(field);
      field = '';
      if (char === '\n') {
        rows.push(row);
        row = [];
      }
    } else if (char !== '\r') field += char;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows.filter((one) => one.length > 1 || one[0] !== '');
}
