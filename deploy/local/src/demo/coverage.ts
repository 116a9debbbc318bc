import { modalitiesOf, type Outcome } from './outcome.js';

/** Which categories no model looks for in items of one modality alone, by modality. Pure. */
export function uncoveredByModality(
  outcomes: readonly Outcome[],
  modalities: readonly string[],
): { modality: string; categories: string[] }[] {
  return modalities.map((modality) => {
    const alone = outcomes.filter(({ demo }) => {
      const own = modalitiesOf(demo);
      return own.length === 1 && own[0] === modality;
    });
    const gaps = alone.flatMap(({ decision }) =>
      (decision?.notCovered ?? []).filter((gap) => gap.modality === modality && gap.code === 'no_head'),
    );
    return { modality, categories: [...new Set(gaps.flatMap((gap) => gap.categories))].sort() };
  });
}

/** The same for people. */
export function renderCoverage(outcomes: readonly Outcome[], width = 100): string {
  const gaps = uncoveredByModality(outcomes, ['image', 'audio']);
  return gaps
    .filter(({ categories }) => categories.length > 0)
    .map(({ modality, categories }) =>
      wrap(`Nobody looked in items of ${modality} alone for: ${categories.join(', ')}.`, width),
    )
    .join('\n');
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
