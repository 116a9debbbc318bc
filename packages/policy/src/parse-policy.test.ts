import { describe, expect, it } from 'vitest';
import { COLOURS } from '../fixtures/made-items.js';
import { parsePolicy } from './parse-policy.js';
import { PolicyError } from './policy-error.js';

const changed = (from: string | RegExp, to: string) => () => {
  const text = COLOURS.replace(from, to);
  expect(text).not.toBe(COLOURS);
  return parsePolicy(text);
};
const pathOf = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    if (error instanceof PolicyError) return error.path;
    throw error;
  }
  return 'no error';
};

describe('parsePolicy', () => {
  it('gives a digest that layout and comments do not change, and content does', () => {
    const { ref } = parsePolicy(COLOURS);
    expect(ref).toMatchObject({ id: 'colours', version: '3' });
    expect(parsePolicy(`# a note\n${COLOURS}\n\n`).ref).toEqual(ref);
    expect(changed('flag: 0.2', 'flag: 0.25')().ref.digest).not.toBe(ref.digest);
  });

  it('names the place of what is wrong', () => {
    expect(pathOf(changed('flag: 0.2', 'flag: 2'))).toBe('categories.red.overrides.0.thresholds.flag');
    expect(pathOf(changed('severity: 4', 'severity: 9'))).toBe('categories.red.severity');
    expect(pathOf(changed('severity: 4', 'severity: 4\n    colour: 1'))).toBe('categories.red');
    expect(pathOf(changed('review: 0.8', 'review: 0.4'))).toBe('categories.red.thresholds');
    expect(pathOf(changed('{ surface: message, ', '{ '))).toBe('categories.red.overrides.0');
    expect(pathOf(changed('low: 0.1', 'low: 0.9'))).toBe('conflict');
    expect(pathOf(changed(', default: allow }\nlanguages', ' }\nlanguages'))).toBe('not_covered');
    expect(pathOf(changed('action: flag }\nuncertain', 'action: hide }\nuncertain'))).toBe('conflict.action');
    expect(pathOf(changed('id: colours', 'id: Colours'))).toBe('id');
    expect(pathOf(changed('version: "3"', 'version: 3'))).toBe('version');
  });

  it('refuses what is not one plain YAML document', () => {
    for (const text of [
      '',
      '[1, 2]',
      'id: [',
      `${COLOURS}\nid: again`,
      `a: &a [1]\nb: *a`,
      'x'.repeat(1_000_001),
    ]) {
      expect(() => parsePolicy(text)).toThrow(PolicyError);
    }
  });

  it('checks conditions when the policy is read', () => {
    const condition = (when: string) =>
      pathOf(() =>
        parsePolicy(`${COLOURS}  - { name: extra, when: ${JSON.stringify(when)}, action: flag }\n`),
      );
    for (const good of [
      'item.reports >= 3 && item.surface == "post"',
      'parts.exists(p, p["modality"] == "image" && p["state"] == "failed")',
      '"red" in scores && scores["red"] > 0.2',
      'uncertainty > 0.5 || conflicts > 0',
    ]) {
      expect(condition(good)).toBe('no error');
    }
    for (const bad of [
      'item.reports >=',
      'item.author == "x"',
      'process.exit()',
      'item.reports + 1',
      'item.reach > "many"',
      'item.surface.matches("(a+)+$")',
      'parts.exists(p, parts.all(q, q["id"] != p["id"]))',
      `${'('.repeat(60)}true${')'.repeat(60)}${' && true'.repeat(200)}`,
    ]) {
      expect(condition(bad)).toBe('conditions.1.when');
    }
    expect(pathOf(changed('when: item.reach > 100', 'when: item.reach'))).toBe(
      'categories.red.raise_severity.0.when',
    );
  });
});
