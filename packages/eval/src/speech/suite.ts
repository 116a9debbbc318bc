import { writeFile } from 'node:fs/promises';
import { openModality } from '@tercet/encoder/testing';
import { definition } from '@tercet/transcriber';
import { type ClipSetResult, measureSpeech, realTime, type Transcribe } from './measure-speech.js';

export interface SpeechOptions {
  readonly seed: number;
  /** Where the figures are written; undefined: nowhere. */
  readonly json: string | undefined;
  /** Folder of the public data sets; undefined: what needs them is left out. */
  readonly shared: string | undefined;
  /** Models by slot, where others than the definition's are measured. */
  readonly models?: Readonly<Record<string, string>>;
}

const BARS = { wer: 0.1, rtf: { 'whisper-tiny-en': 0.4, 'whisper-base': 1 }, quiet: 1 } as const;

/**
 * Transcribes real and synthetic speech, sounds without speech and other languages with the real models in this process, on one
 * thread, one clip at a time. Resolves with 0 where all bars are met, else 1.
 */
export async function run({ seed, json, shared, models }: SpeechOptions): Promise<number> {
  const opened = await openModality(definition, process.env, models);
  const [sample] = await definition.samples(opened.settings);
  if (sample) await opened.encode(sample);
  const transcribe: Transcribe = async (part) => {
    const prepared = { seconds: 0 };
    const from = performance.now();
    const signal = new AbortController().signal;
    const ready = await opened.modality.prepare(part, signal);
    const took = () => (performance.now() - from) / 1000;
    if ('empty' in ready)
      return { outcome: { kind: 'empty', code: ready.empty }, audioSeconds: 0, tookSeconds: took() };
    prepared.seconds = ready.recordings.reduce((sum, { samples }) => sum + samples.length / 16_000, 0);
    const [outcome] = await opened.modality.embed([ready], opened.run);
    if (outcome === undefined) throw new RangeError('one part gave no outcome');
    return { outcome, audioSeconds: prepared.seconds, tookSeconds: took() };
  };
  const measured = await measureSpeech(transcribe, seed, shared);
  const { rtf, shortP95Seconds } = realTime(measured.times);

  const { real, synthetic, quiet, uncovered, covered, n } = measured;
  print('real speech', real);
  print('synthetic speech (espeak-ng)', synthetic);
  console.log(
    `words heard in ${quiet.withWords.length} of ${quiet.n} clips without speech`,
    ...quiet.withWords,
  );
  const unsaid = uncovered.filter(({ outcome }) => outcome !== 'language_not_covered');
  console.log(
    `${uncovered.length - unsaid.length} of ${uncovered.length} voices of other languages: language_not_covered`,
    ...unsaid.map(({ voice, outcome }) => `${voice}>${outcome}`),
  );
  for (const [language, one] of covered)
    console.log(
      `synthetic ${language}: ${one.written} of ${one.lines} lines written down, ${one.errors.length} errors in their ${one.words} words`,
    );
  console.log(
    `real-time factor ${rtf.toFixed(3)}, short clips ${shortP95Seconds.toFixed(2)} s (95 %), ${n} clips`,
  );
  if (json !== undefined) {
    const figures = {
      wer: { real: real ? rate(real) : null, synthetic: rate(synthetic) },
      rtf,
      rtf_short_p95_s: shortP95Seconds,
      n,
      words: { real: real?.words ?? 0, synthetic: synthetic.words },
      quiet: { n: quiet.n, with_words: quiet.withWords.length },
      not_covered: { n: uncovered.length, said: uncovered.length - unsaid.length },
      other_languages: Object.fromEntries(
        [...covered].map(([language, one]) => [
          language,
          { n: one.lines, written: one.written, wer: rate(one) },
        ]),
      ),
      model: opened.settings.model,
    };
    await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
  }
  const missed = [
    ...(real && rate(real) > BARS.wer ? ['word errors of real speech'] : []),
    ...(rtf > BARS.rtf[opened.settings.model] ? ['real-time factor'] : []),
    ...(quiet.withWords.length > BARS.quiet ? ['words where nobody speaks'] : []),
    ...(unsaid.length > 0 ? ['speech in a language that is not covered'] : []),
  ];
  for (const what of missed) console.log(`MISSED: ${what}`);
  return missed.length === 0 ? 0 : 1;
}

function rate({ words, errors }: ClipSetResult): number {
  return words === 0 ? 0 : errors.length / words;
}

/** Differences go to the terminal alone, word by word. */
function print(what: string, result: ClipSetResult | undefined): void {
  if (result === undefined) {
    console.log(`${what}: left out, there is no shared data`);
    return;
  }
  const shown = result.errors.map(({ said, written }) => `${said ?? '+'}>${written ?? '-'}`).join(' ');
  const percent = (100 * rate(result)).toFixed(2);
  console.log(`${what}: ${result.errors.length} errors in ${result.words} words, ${percent} %: ${shown}`);
}
