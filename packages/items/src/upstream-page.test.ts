import { readFileSync } from 'node:fs';
import { EMPTY_CODES, INVALID_CODES, MISSING_CODES, UNAVAILABLE_CODES } from '@tercet/contracts';
import { describe, expect, it } from 'vitest';
import { decodeItem } from './decode.js';

const page = readFileSync(new URL('../../../docs/upstream.md', import.meta.url), 'utf8');

/** Rows of the table between two markers of the page. */
function rows(marker: string): Record<string, string> {
  const section = page.split(`<!-- ${marker} -->`)[1]?.split('<!-- end -->')[0] ?? '';
  return Object.fromEntries(
    [...section.matchAll(/^\| `([a-z0-9_]+)` \| (.*) \|$/gm)].map(([, code, text]) => [code, text]),
  );
}

describe('docs/upstream.md', () => {
  it.each([
    ['invalid codes', INVALID_CODES],
    ['empty codes', EMPTY_CODES],
    ['missing codes', MISSING_CODES],
    ['unavailable codes', UNAVAILABLE_CODES],
  ])('lists the %s as the contracts do', (marker, codes) => {
    expect(rows(marker)).toEqual(codes);
  });

  it('shows JSON that can be read', () => {
    const json = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const value = Buffer.from(json.replace('SUQzBAAAAAAAI1RT...', 'SUQzBAAAAAAAI1RT'));
    const { item } = decodeItem({ value, headers: { 'content-type': Buffer.from('application/json') } });
    expect(item.parts.map((part) => part.modality)).toEqual(['text', 'image', 'audio']);
  });
});
