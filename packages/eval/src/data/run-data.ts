import { open, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { asTercetError, type Env, InvalidInputError } from '@tercet/kit';
import { buildModels } from '@tercet/models';
import { lowestThresholds } from '@tercet/policy';
import type { DataOptions } from '../options.js';
import { type Deployment, loadDeployment } from './deployment.js';
import { Encoders } from './encoders.js';
import { inOrder } from './in-order.js';
import { decideItem } from './pipeline.js';
import { type Prediction, predictionOf } from './prediction.js';
import { Progress } from './progress.js';
import { type NumberedLine, readLines } from './read-lines.js';
import { modalitiesOf, readParts } from './read-parts.js';
import { figuresOf, type JudgedLine } from './report/figures.js';
import { reportMarkdown } from './report/markdown.js';

const OK = 0;
const UNAVAILABLE = 69;
const INTERRUPTED = 130;
/** Lines of text for each process: a batch under way and the next one waiting. */
const LINES_A_PROCESS = 640;
/** A line with files holds their bytes while it waits, and their encoders' batches are small. */
const WEIGHT_OF_FILES = 8;

type Result = { readonly prediction: Prediction; readonly judged: JudgedLine } | { readonly problem: string };

/** Decides every line of a file and writes what came of it; answers the exit code. */
export async function runData(options: DataOptions, env: Env): Promise<number> {
  const progress = new Progress();
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const { textModel } = options;
    // A model that was asked for by name is not among those that set-up builds.
    if (textModel) await buildModels({ only: [textModel] });
    const chosen = textModel ? { ...env, TERCET_TEXT_MODEL: textModel } : env;
    const deployment = await loadDeployment(env);
    await using encoders = new Encoders(options.processes, chosen, progress);
    const { judged, problems } = await decideAll(options, deployment, encoders, progress, stop.signal);
    if (stop.signal.aborted) return INTERRUPTED;
    const { ran, absent } = await encoders.models();
    const { policy, headSet } = deployment;
    const facts = {
      data: basename(options.data),
      policy: `${policy.ref.id} ${policy.ref.version}`,
      headSet: `${headSet.ref.id} ${headSet.ref.digest.slice(0, 12)}`,
      models: ran,
      absent,
      read: judged.length + problems.length,
      problems,
      seconds: progress.seconds,
    };
    const figures = figuresOf(judged, lowestThresholds(policy));
    if (options.report) await writeFile(options.report, reportMarkdown(facts, figures));
    if (options.json) await writeFile(options.json, `${JSON.stringify({ ...facts, ...figures }, null, 2)}\n`);
    progress.say(
      `${judged.length} lines decided, ${problems.length} not usable, ${facts.seconds.toFixed(1)} s`,
    );
    return OK;
  } catch (error) {
    const known = asTercetError(error);
    progress.say(`eval: ${known.message}`);
    if (known.kind === 'Bug') process.stderr.write(`${known.stack}\n`);
    return UNAVAILABLE;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function decideAll(
  options: DataOptions,
  deployment: Deployment,
  encoders: Encoders,
  progress: Progress,
  signal: AbortSignal,
) {
  const judged: JudgedLine[] = [];
  const problems: string[] = [];
  await using out = await open(options.out, 'w');
  const limit = LINES_A_PROCESS * options.processes;
  const decideLine = (line: NumberedLine) => resultOf(line, options, deployment, encoders);
  const weightOf = ({ read }: NumberedLine) =>
    'parts' in read && read.parts.some(({ content }) => 'file' in content) ? WEIGHT_OF_FILES : 1;
  for await (const result of inOrder(readLines(options.data), limit, decideLine, weightOf)) {
    if (signal.aborted) break;
    if ('problem' in result) {
      problems.push(result.problem);
      progress.say(result.problem);
      continue;
    }
    judged.push(result.judged);
    await out.write(`${JSON.stringify(result.prediction)}\n`);
    progress.step();
  }
  progress.end();
  return { judged, problems };
}

async function resultOf(
  { number, read }: NumberedLine,
  options: DataOptions,
  deployment: Deployment,
  encoders: Encoders,
): Promise<Result> {
  if ('problem' in read) return { problem: `line ${number}: ${read.problem}` };
  try {
    const parts = await readParts(read, dirname(options.data), options.declaresLanguage);
    const decision = await decideItem(`line-${number}`, parts, deployment, encoders.find);
    const prediction = predictionOf(read.id, decision);
    const { lang, group, labels } = read;
    const judged = {
      lang,
      group,
      modalities: modalitiesOf(read.parts),
      labels,
      scores: prediction.scores,
      action: prediction.action,
      isCovered: prediction.covered.length > 0,
    };
    return { prediction, judged };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return { problem: `line ${number}: ${error.code}${error.detail === '' ? '' : `, ${error.detail}`}` };
  }
}
