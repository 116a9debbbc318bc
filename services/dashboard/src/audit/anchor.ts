import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** The log's head at a time, kept outside the database. */
export interface Anchor {
  readonly n: number;
  readonly hash: string;
  /** Milliseconds since the epoch, by the anchoring process's clock. */
  readonly atMs: number;
}

const anchorLine = z.strictObject({
  n: z.int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at_ms: z.int().nonnegative(),
  mac: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

/** An anchor as a line of its file: JSON, signed by HMAC-SHA256 where there is a key. */
export function anchorText({ n, hash, atMs }: Anchor, key: string | undefined): string {
  const signed = key === undefined ? {} : { mac: macOf({ n, hash, atMs }, key) };
  return `${JSON.stringify({ n, hash, at_ms: atMs, ...signed })}\n`;
}

/** The anchors of a file, and the numbers of its lines that are none or do not bear the key's signature. */
export function parseAnchors(
  text: string,
  key: string | undefined,
): { readonly anchors: readonly Anchor[]; readonly badLines: readonly number[] } {
  const anchors: Anchor[] = [];
  const badLines: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const anchor = parseLine(line, key);
    if (anchor) anchors.push(anchor);
    else badLines.push(index + 1);
  }
  return { anchors, badLines };
}

function parseLine(line: string, key: string | undefined): Anchor | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = anchorLine.safeParse(json);
  if (!parsed.success) return undefined;
  const { n, hash, at_ms: atMs, mac } = parsed.data;
  const anchor = { n, hash, atMs };
  if (key === undefined) return anchor;
  const isSigned = mac !== undefined && timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(anchor, key)));
  return isSigned ? anchor : undefined;
}

function macOf({ n, hash, atMs }: Anchor, key: string): string {
  return createHmac('sha256', key).update(`${n} ${hash} ${atMs}`).digest('hex');
}
