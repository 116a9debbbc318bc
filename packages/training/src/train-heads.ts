import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ModelRef } from '@tercet/contracts';
import { headManifestSchema, loadHeadSet, parseHeadSet } from '@tercet/policy';
import { signalHeadCard, trainedHeadCard } from './card.js';
import { type CheckSentence, checkHeads } from './check.js';
import type { Row } from './dataset.js';
import { readDataset, readTrainingManifest } from './dataset-files.js';
import type { TextEmbedder } from './embedder.js';
import { gatherExamples } from './examples.js';
import { Features } from './features.js';
import { type FittedHead, fitHead } from './fit-head.js';
import { type BaseSet, headSetDocument, WEIGHTS_FILE } from './head-set-document.js';
import { defaultVectorCache, openLockedEmbedder, resolveLockedModel } from './locked-models.js';
import type { TrainingManifest } from './manifest.js';
import { probeHead, probeRows } from './probe.js';
import { embedCached } from './vector-cache-file.js';

/** What `tercet train` is asked for. */
export interface TrainOptions {
  /** Training manifest, for instance models/training/manifest.yaml. */
  readonly manifest: string;
  readonly seed: number;
  /** Folder that gets the head set, for instance models/heads/default. */
  readonly out: string;
  /** Folder of a head set whose heads stay beside the new ones; without it the new set has the manifest's heads alone. */
  readonly addTo?: string | undefined;
  readonly onProgress: (line: string) => void;
  /** Folder under which the manifest's `written` files lie. Default: the manifest's own. */
  readonly writtenRoot?: string;
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
  const rows = await readAll(manifest, options);
  const plans = manifest.heads.map((plan) => ({
    plan,
    examples: gatherExamples(plan, manifest, rows, options.seed),
  }));
  const sentences = await readCheck(manifest, options.writtenRoot ?? dirname(options.manifest));
  const probes = manifest.probes.map((probe) => ({
    probe,
    rows: probeRows(probe, rows.get(probe.dataset) ?? []),
  }));
  const embedder = await openEmbedder(manifest.encoder);
  const texts = [
    ...plans.flatMap(({ examples }) => examples.map(({ text }) => text)),
    ...sentences.map(({ text }) => text),
    ...probes.flatMap((probe) => probe.rows.map(({ text }) => text)),
  ];
  const vectors = await embedCached(embedder, texts, cache, (done, total) =>
    options.onProgress(`embedded ${done} of ${total} new texts`),
  );
  const features = new Features(vectors);
  const heads = plans.map(({ plan, examples }) => {
    const fitted = fitHead(plan, examples, features, options.seed);
    options.onProgress(`${plan.name}: AUROC ${fitted.figures.auroc.toFixed(3)}`);
    return fitted;
  });
  const signals = await Promise.all(
    manifest.signal_heads.map(async (plan) => ({ plan, model: await resolveModel(plan.model) })),
  );
  const check = sentences.length === 0 ? undefined : checkHeads(heads, sentences, features);

  const { manifest: document, weights } = headSetDocument({
    id: manifest.id,
    description: manifest.description,
    fitted: heads,
    textModel: embedder.ref,
    dimension: embedder.dimension,
    signals,
    base: options.addTo === undefined ? undefined : await readBase(options.addTo),
  });
  const text = `${JSON.stringify(document, null, 2)}\n`;
  parseHeadSet(text, weights);
  await mkdir(options.out, { recursive: true });
  await mkdir(cards, { recursive: true });
  await writeFile(join(options.out, 'manifest.json'), text);
  await writeFile(join(options.out, WEIGHTS_FILE), weights);
  for (const [i, head] of heads.entries()) {
    const probed = probeHead(head, plans[i]?.examples ?? [], probes, features);
    const card = trainedHeadCard(head, manifest, embedder.ref, options.seed, check, probed);
    await writeFile(join(cards, `${head.plan.name}.md`), card);
  }
  for (const { plan, model } of signals) {
    await writeFile(join(cards, `${plan.name}.md`), signalHeadCard(plan, model));
  }
  return { headSetDigest: document.digest, heads };
}

/** @throws HeadSetError where it is not as its digests say. */
async function readBase(folder: string): Promise<BaseSet> {
  await loadHeadSet(folder);
  const { heads } = headManifestSchema.parse(
    JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')),
  );
  return { heads, weights: await readFile(join(folder, WEIGHTS_FILE)) };
}

/** Reads every data set of a manifest. @throws TrainingError as {@link readDataset} does. */
export async function readAll(
  manifest: TrainingManifest,
  options: Pick<TrainOptions, 'dataRoot' | 'writtenRoot' | 'manifest' | 'onProgress'>,
): Promise<Map<string, Row[]>> {
  const roots = {
    data: options.dataRoot ?? resolve('../shared/data'),
    written: options.writtenRoot ?? dirname(options.manifest),
  };
  const rows = new Map<string, Row[]>();
  for (const [name, entry] of Object.entries(manifest.datasets)) {
    rows.set(name, await readDataset(name, entry, roots));
    options.onProgress(`${name}: ${rows.get(name)?.length ?? 0} rows`);
  }
  return rows;
}

async function readCheck(manifest: TrainingManifest, folder: string): Promise<CheckSentence[]> {
  if (manifest.check === undefined) return [];
  const content = await readFile(join(folder, manifest.check.path), 'utf8');
  return content
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { kind, text } = JSON.parse(line) as { kind: unknown; text: unknown };
      return { kind: String(kind), text: String(text) };
    });
}
