import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadHeadSet, loadPolicies, lowestThresholds } from '@tercet/policy';
import { evaluateHeads, type HeadsEvaluation, trainHeads, withoutHard } from '@tercet/training';
import type { EvalOptions } from '../suites.js';
import { type LanguageDecisions, languageFigures } from './language-figures.js';
import { inFile, type KindFigures, sentenceFigures } from './sentence-figures.js';
import { readLanguageSentences, readSentences } from './sentences.js';
import { printTables } from './tables.js';
import { decideTexts, TextJudge } from './text-judge.js';

const DEFAULT_MODEL = 'all-minilm-l6-v2-int8';
/** What the heads of each text model are trained by. */
const MANIFESTS: Readonly<Record<string, string>> = {
  [DEFAULT_MODEL]: 'models/training/manifest.yaml',
  'use-multilingual-v3': 'models/training/multilingual.yaml',
};
const PLAN = 'models/training/evaluation.yaml';
const CACHE = '.cache/training';
const BARS = { support: 0.01, identity: 0.05, toxicity: 0.5, calibration: 0.05 } as const;

export interface HeadsReport {
  /** By the committed heads and the default policy. */
  readonly sentences: readonly KindFigures[];
  /** By heads trained on the same data less the hard harmless rows; undefined without the data. */
  readonly before: readonly KindFigures[] | undefined;
  readonly evaluation: HeadsEvaluation | undefined;
  /** Sentences of other languages, by the committed heads and the default policy. */
  readonly languages: readonly LanguageDecisions[];
}

/**
 * Judges the committed heads on sentences of our own, and, where the training data is there, what its manifest gives: each
 * source left out, folds, calibration, and the sentences before the hard harmless rows. Run in the repository.
 */
export async function run({ seed, json, shared, textModel = DEFAULT_MODEL }: EvalOptions): Promise<number> {
  const manifestFile = MANIFESTS[textModel];
  if (manifestFile === undefined) throw new RangeError(`no heads are trained on ${textModel}`);
  const policy = (await loadPolicies('policies')).byId.get('default');
  if (policy === undefined) throw new RangeError('there is no default policy');
  const judge = await TextJudge.open(textModel);
  const sentences = await readSentences();
  const others = await readLanguageSentences();
  const encoded = await judge.encode(sentences.map(({ text }) => text));
  const onProgress = (line: string) => process.stderr.write(`${line}\n`);
  let before: KindFigures[] | undefined;
  let evaluation: HeadsEvaluation | undefined;
  if (shared === undefined) console.log('The training data is not here: what needs it is left out.');
  else {
    const cache = resolve(CACHE);
    evaluation = await evaluateHeads({
      manifest: manifestFile,
      plan: PLAN,
      languages: { sentences: others, thresholds: lowestThresholds(policy) },
      seed,
      dataRoot: shared,
      cache,
      onProgress,
    });
    const folder = await mkdtemp(join(tmpdir(), 'heads-'));
    try {
      const manifest = await withoutHard(manifestFile, folder);
      const cards = join(folder, 'cards');
      const out = join(folder, 'set');
      await trainHeads({
        manifest,
        writtenRoot: 'models/training',
        seed,
        dataRoot: shared,
        cache,
        out,
        cards,
        onProgress,
      });
      before = sentenceFigures(sentences, decideTexts(encoded, policy, await loadHeadSet(out)));
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  const committed = await loadHeadSet('models/heads/default');
  const inOthers = await judge.encode(others.map(({ text }) => text));
  const report: HeadsReport = {
    sentences: sentenceFigures(sentences, decideTexts(encoded, policy, committed)),
    before,
    evaluation,
    languages: languageFigures(others, decideTexts(inOthers, policy, committed)),
  };
  printTables(report);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
  const missed = missedBars(report);
  for (const what of missed) console.log(`MISSED: ${what}`);
  return missed.length === 0 ? 0 : 1;
}

function missedBars({ sentences, evaluation }: HeadsReport): string[] {
  const missed: string[] = [];
  for (const file of ['support', 'identity'] as const) {
    const { flagged, sentences: all } = inFile(sentences, file);
    if (flagged / all > BARS[file]) missed.push(`${file}: ${flagged} of ${all} flagged`);
  }
  const insults = sentences.find(({ kind }) => kind === 'insult');
  if (insults !== undefined && insults.flagged / insults.sentences < BARS.toxicity)
    missed.push(`insults: ${insults.flagged} of ${insults.sentences} found`);
  for (const { plan, figures } of evaluation?.heads ?? [])
    if (figures.platt.error > BARS.calibration || figures.platt.brierSkill <= 0)
      missed.push(`${plan.name}: calibration error ${figures.platt.error.toFixed(3)}`);
  for (const { head, name, auroc, goal } of evaluation?.leftOut ?? [])
    if (auroc < goal) missed.push(`${head}, ${name}: ${auroc.toFixed(3)} of ${goal}`);
  return missed;
}
