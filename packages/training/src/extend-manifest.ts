import type { ExtendingManifest, TrainedHeadPlan, TrainingManifest } from './manifest.js';
import { TrainingError } from './training-error.js';

/**
 * The manifest that an extending one stands for: the base's rows and heads, each head once a variant, for another text
 * model. Heads over a model's own outputs stay the base's.
 * @throws TrainingError where a variant names a head that the base lacks.
 */
export function extendManifest(extending: ExtendingManifest, base: TrainingManifest): TrainingManifest {
  const { format, id, description, encoder, variants } = extending;
  const datasets = { ...base.datasets, ...extending.datasets };
  const known = new Set(base.heads.map(({ name }) => name));
  for (const { languages, l2 } of variants)
    for (const name of [...Object.keys(languages), ...Object.keys(l2)])
      if (!known.has(name)) throw new TrainingError(`${extending.extends} has no head ${name}`);
  const heads = variants.flatMap((variant) =>
    base.heads.flatMap((head) => {
      const languages = variant.languages[head.name];
      return languages === undefined ? [] : [variantOf(head, variant, languages)];
    }),
  );
  return { ...base, format, id, description, encoder, datasets, heads, signal_heads: [] };
}

function variantOf(
  head: TrainedHeadPlan,
  { suffix, lexicon, sources, l2, card }: ExtendingManifest['variants'][number],
  languages: readonly string[],
): TrainedHeadPlan {
  return {
    ...head,
    name: `${head.name}-${suffix}`,
    variant_of: head.name,
    languages: [...languages],
    lexicon: lexicon ?? head.lexicon,
    sources: [...head.sources, ...sources],
    l2: l2[head.name] ?? head.l2,
    card: {
      ...head.card,
      title: `${head.card.title} (${card.title})`,
      purpose: `${card.purpose.trim()} ${head.card.purpose.trim()}`,
      failures: [...card.failures, ...head.card.failures],
    },
  };
}
