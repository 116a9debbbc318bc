import { writeFile } from 'node:fs/promises';
import { openModality } from '@tercet/encoder/testing';
import { definition } from '@tercet/ocr';
import sharp from 'sharp';
import type { EvalOptions } from '../suites.js';
import type { ErrorSum } from './character-errors.js';
import { measureOcr, type OcrFigures } from './measure-ocr.js';

// The service lets no vector graphics in; the suite draws its pictures with them.
sharp.unblock({ operation: ['VipsForeignLoadSvg'] });

const BARS = { clean: 0.03, all: 0.1, falseText: 0.03 } as const;

/**
 * Reads rendered pictures with the real models in this process, on one thread, one at a time, and pictures without text.
 * Resolves with 0 where all bars are met, else 1.
 */
export async function run({ seed, json, shared }: EvalOptions): Promise<number> {
  const opened = await openModality(definition);
  const [sample] = await definition.samples(opened.settings);
  if (sample) await opened.encode(sample);
  const times: number[] = [];
  const read = async (bytes: Uint8Array): Promise<string> => {
    const from = performance.now();
    const [outcome] = await opened.encode({ bytes, mediaType: '', language: '', derivation: undefined });
    times.push(performance.now() - from);
    return outcome?.kind === 'derived' ? outcome.text : '';
  };
  if (shared === undefined) console.log('the shared pictures without text are not here and left out');
  const figures = await measureOcr(read, seed, shared);
  const missed = print(figures, times);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(reportOf(figures, times), null, 2)}\n`);
  for (const what of missed) console.log(`MISSED: ${what}`);
  return missed.length === 0 ? 0 : 1;
}

function print(figures: OcrFigures, times: readonly number[]): string[] {
  const { clean, all, cells, pictures, falseText, withoutText } = figures;
  for (const [key, sum] of cells) console.log(`${key.padEnd(12)} ${sum.rate.toFixed(4)}`);
  console.log(`character errors, clean from 20 px: ${rateOf(clean)} (at most ${BARS.clean})`);
  console.log(`character errors, all from 16 px: ${rateOf(all)} (at most ${BARS.all})`);
  console.log(`text read in ${falseText.length} of ${withoutText} pictures without`, ...falseText);
  console.log(
    `${pictures} pictures; ${meanOf(times).toFixed(0)} ms a picture, 95 %: ${p95Of(times).toFixed(0)} ms`,
  );
  return [
    ...(clean.rate > BARS.clean ? ['clean'] : []),
    ...(all.rate > BARS.all ? ['all'] : []),
    ...(falseText.length / withoutText > BARS.falseText ? ['false text'] : []),
  ];
}

function reportOf(figures: OcrFigures, times: readonly number[]) {
  const { clean, all, cells, pictures, falseText, withoutText } = figures;
  return {
    cer: {
      clean: clean.rate,
      all: all.rate,
      ...Object.fromEntries([...cells].map(([key, sum]) => [key, sum.rate])),
    },
    false_text: falseText.length / withoutText,
    n: pictures,
    n_without_text: withoutText,
    characters: all.characters,
    ms_per_picture: meanOf(times),
    ms_p95: p95Of(times),
  };
}

function rateOf(sum: ErrorSum): string {
  return `${sum.rate.toFixed(4)}, ${sum.errors} of ${sum.characters}`;
}

function meanOf(times: readonly number[]): number {
  return times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length);
}

function p95Of(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;
}
