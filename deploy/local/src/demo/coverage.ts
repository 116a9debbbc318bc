import type { Decision } from '@tercet/contracts';
import { modalitiesOf, type Outcome, wasNothingToRead } from './outcome.js';

/** Categories that nobody looks for. `all`: every category of the policy. */
export type Uncovered = ReadonlySet<string> | 'all';

/** What no part of an item was scored for; a part that is late or broken says nothing here. Pure. */
export function uncoveredIn(decision: Decision): Uncovered {
  const byPart = new Map<string, Uncovered>(
    decision.partsUsed.map(({ partId }) => [partId, new Set<string>()]),
  );
  for (const { partId, code, categories } of decision.notCovered) {
    if (code === 'no_head') byPart.set(partId, categories.length === 0 ? 'all' : new Set(categories));
  }
  return [...byPart.values()].reduce<Uncovered>(both, 'all');
}

function both(one: Uncovered, other: Uncovered): Uncovered {
  if (one === 'all') return other;
  if (other === 'all') return one;
  return new Set([...one].filter((category) => other.has(category)));
}

/** Which categories nobody looked for in items of one modality alone, for people. Pure. */
export function renderCoverage(
  outcomes: readonly Outcome[],
  modalities: readonly string[],
  width: number,
): string {
  const lines = modalities.flatMap((modality) => {
    const alone = outcomes.filter(({ demo, decision }) => {
      const own = modalitiesOf(demo);
      return own.length === 1 && own[0] === modality && (decision?.notCovered.length ?? 0) > 0;
    });
    const [first] = alone.flatMap(({ decision }) => {
      const isWhole =
        decision?.partsMissing.every((part) => part.code === 'no_head' || wasNothingToRead(part)) ?? false;
      return decision && isWhole ? [uncoveredIn(decision)] : [];
    });
    if (first === undefined) return [];
    if (first === 'all') {
      return [`In items of ${modality} alone nobody looked for any category: no head reads ${modality}.`];
    }
    return [wrap(`In items of ${modality} alone nobody looked for: ${[...first].sort().join(', ')}.`, width)];
  });
  return lines.join('\n');
}

function wrap(text: string, width: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(`  ${word}`);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}
