import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ModelRef } from '@tercet/contracts';
import { parseHeadSet } from '@tercet/policy';
import { linearHeadCard, signalHeadCard } from './card.js';
import { type CheckFigures, type CheckSentence, checkHeads } from './check.js';
import type { Row } from './dataset.js';
import { readDataset, readTrainingManifest } from './dataset-files.js';
import type { TextEmbedder } from './embedder.js';
import { gatherExamples } from './examples.js';
import { type FittedHead, fitHead } from './fit-head.js';
import { headSetDocument, WEIGHTS_FILE } from './head-set-document.js';
import { defaultVectorCache, openLockedEmbedder, resolveLockedModel } from './locked-models.js';
import type { TrainingManifest } from './manifest.js';
import { embedCached } from './vector-cache-file.js';

/** What `tercet train` is asked for. */
export interface TrainOptions {
  /** Training manifest, for instance models/training/manifest.yaml. */
  readonly manifest: string;
  readonly seed: number;
  /** Folder that gets the head set, for instance models/heads/default. */
  readonly out: string;
  readonly onProgress: (line: string) => void;
  /** Folder under which the manifest's `data` files lie. Default: ../shared/data beside the working directory. */
  readonly dataRoot?: string;
  /** Folder that gets one card per head. Default: `../../cards` from `out`. */
  readonly cards?: string;
  /** Folder for vectors that were made before. Default: .cache/training. */
  readonly cache?: string;
  /** Opens the manifest's text model. Default: from the models' lock file. */
  readonly openEmbedder?: (model: string) => Promise<TextEmbedder>;
  /** Resolves another model, for signal heads. Default: from the models' lock file. */
  readonly resolveModel?: (model: string) => Promise<ModelRef>;
}

export interface TrainResult {
  readonly headSetDigest: string;
  readonly heads: readonly FittedHead[];
  readonly check: CheckFigures | undefined;
  readonly checkSentences: readonly CheckSentence[];
}

/**
 * Trains a head set: reads the data, embeds it, fits and calibrates each head, measures it, and writes manifest, weights
 * and cards. The same data, seed and model give the same files.
 * @throws TrainingError where the manifest or the data is not as it must be.
 */
export async function trainHeads(options: TrainOptions): Promise<TrainResult> {
  const manifest = await readTrainingManifest(options.manifest);
  const { openEmbedder = openLockedEmbedder, resolveModel = resolveLockedModel } = options;
  const { cards = join(options.out, '../../cards'), cache = defaultVectorCache() } = options;
  const roots = { data: options.dataRoot ?? resolve('../shared/data'), manifestFile: options.manifest };
  const rows = new Map<string, Row[]>();
  for (const [name, entry] of Object.entries(manifest.datasets)) {
    rows.set(name, await readDataset(name, entry, roots));
    options.onProgress(`${name}: ${rows.get(name)?.length ?? 0} rows`);
  }
  const plans = manifest.heads.map((plan) => ({
    plan,
    examples: gatherExamples(plan, manifest, rows, options.seed),
  }));
  const sentences = await readCheck(manifest, options.manifest);
  const embedder = await openEmbedder(manifest.encoder);
  const texts = [
    ...plans.flatMap(({ examples }) => examples.map(({ text }) => text)),
    ...sentences.map(({ text }) => text),
  ];
  const vectors = await embedCached(embedder, texts, cache, (done, total) =>
    options.onProgress(`embedded ${done} of ${total} new texts`),
  );
  const heads = plans.map(({ plan, examples }) => {
    const fitted = fitHead(plan, examples, vectors);
    options.onProgress(`${plan.name}: AUROC ${fitted.figures.auroc.toFixed(3)}`);
    return fitted;
  });
  const signals = await Promise.all(
    manifest.signal_heads.map(async (plan) => ({ plan, model: await resolveModel(plan.model) })),
  );
  const check = sentences.length === 0 ? undefined : checkHeads(heads, sentences, vectors);

  const { manifest: document, weights } = headSetDocument(
    manifest.id,
    manifest.description,
    heads,
    embedder.ref,
    signals,
  );
  const text = `${JSON.stringify(document, null, 2)}\n`;
  parseHeadSet(text, weights);
  await mkdir(options.out, { recursive: true });
  await mkdir(cards, { recursive: true });
  await writeFile(join(options.out, 'manifest.json'), text);
  await writeFile(join(options.out, WEIGHTS_FILE), weights);
  for (const head of heads) {
    const card = linearHeadCard(head, manifest, embedder.ref, options.seed, check);
    await writeFile(join(cards, `${head.plan.name}.md`), card);
  }
  for (const { plan, model } of signals) {
    await writeFile(join(cards, `${plan.name}.md`), signalHeadCard(plan, model));
  }
  return { headSetDigest: document.digest, heads, check, checkSentences: sentences };
}

async function readCheck(manifest: TrainingManifest, manifestFile: string): Promise<CheckSentence[]> {
  if (manifest.check === undefined) return [];
  const content = await readFile(join(dirname(manifestFile), manifest.check.path), 'utf8');
  return content
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { kind, text } = JSON.parse(line) as { kind: unknown; text: unknown };
      return { kind: String(kind), text: String(text) };
    });
}
