import type { Vocabulary } from './vocabulary.js';

/** Latest moment at which the first segment may begin, in timestamp steps of 20 ms: 1 s. */
const LATEST_BEGIN = 50;

/**
 * Makes impossible, in place, what Whisper may not say next: suppressed tokens, and timestamps that do not come in pairs or go
 * back in time (rules of the reference decoder, `SuppressTokens`, `SuppressBlank` and `ApplyTimestampRules`; Radford et al. 2022).
 * @param logits one per token of the vocabulary.
 * @param said tokens so far, without the prompt.
 * @param repeatLength no run of so many tokens of text may come twice; 0: they may.
 */
export function applyTokenRules(
  logits: Float32Array,
  said: readonly number[],
  vocabulary: Vocabulary,
  repeatLength = 0,
): void {
  const { firstTimestamp, endOfText } = vocabulary;
  const forbid = (from: number, to: number): void => void logits.fill(Number.NEGATIVE_INFINITY, from, to);
  for (const token of vocabulary.suppressed) logits[token] = Number.NEGATIVE_INFINITY;
  logits[vocabulary.noTimestamps] = Number.NEGATIVE_INFINITY;
  for (const token of repetitions(said, repeatLength, endOfText)) logits[token] = Number.NEGATIVE_INFINITY;

  if (said.length === 0) {
    for (const token of vocabulary.suppressedFirst) logits[token] = Number.NEGATIVE_INFINITY;
    forbid(0, firstTimestamp);
    forbid(firstTimestamp + LATEST_BEGIN + 1, logits.length);
    return;
  }
  const isTime = (token: number | undefined): boolean => token === undefined || token >= firstTimestamp;
  const lastIsTime = isTime(said.at(-1));
  const pairClosed = lastIsTime && isTime(said.at(-2));
  if (pairClosed) forbid(firstTimestamp, logits.length);
  else if (lastIsTime) forbid(0, endOfText);
  const latest = said.findLast((token) => token >= firstTimestamp);
  // A segment has a length: its end lies after its beginning; the next one may begin where it ended.
  if (latest !== undefined) forbid(firstTimestamp, lastIsTime && !pairClosed ? latest : latest + 1);
  if (timeIsLikelier(logits, firstTimestamp)) forbid(0, firstTimestamp);
}

/** Whether all timestamps together are likelier than the likeliest token of text. */
function timeIsLikelier(logits: Float32Array, firstTimestamp: number): boolean {
  let text = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < firstTimestamp; token += 1) text = Math.max(text, logits[token] as number);
  return logSumExp(logits.subarray(firstTimestamp)) > text;
}

/** Tokens that would end a run of `length` which has been said already. */
function repetitions(said: readonly number[], length: number, endOfText: number): number[] {
  const text = said.filter((token) => token < endOfText);
  if (length < 2 || text.length < length) return [];
  const tail = text.slice(1 - length).join();
  const found: number[] = [];
  for (let at = 0; at + length <= text.length; at += 1) {
    if (text.slice(at, at + length - 1).join() === tail) found.push(text[at + length - 1] as number);
  }
  return found;
}

/** log(sum(exp(x))); minus infinity where nothing is possible. */
export function logSumExp(values: Float32Array): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > highest) highest = value;
  if (highest === Number.NEGATIVE_INFINITY) return highest;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - highest);
  return highest + Math.log(sum);
}

/** Index of the largest value; the first where several are equal. */
export function argMax(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index += 1) {
    if ((values[index] as number) > (values[best] as number)) best = index;
  }
  return best;
}
