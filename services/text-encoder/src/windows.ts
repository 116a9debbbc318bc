import { evenlySpaced, type Stretch, uncovered } from '@tercet/encoder/authoring';
import { cutWindows, type PieceTokenizer, type TextWindow } from '@tercet/models';
import { cutFocus, type FocusRule } from './focus.js';

export interface WindowRule extends FocusRule {
  readonly windowTokens: number;
  readonly windowOverlapTokens: number;
  readonly maxWindows: number;
  readonly maxChars: number;
}

export interface PlannedWindows {
  /** By their beginning, the longer first; places in UTF-16 code units of the text. */
  readonly windows: readonly TextWindow[];
  /** What no window holds, and which limit it lies beyond. */
  readonly skipped: readonly Stretch[];
  readonly skippedBy: 'max_windows' | 'max_chars';
}

/**
 * Cuts a text into overlapping windows, and what these hold into sentences. Of a text with more windows than the limit the
 * first, the last and those evenly between are kept. A text too long to be tokenised whole is looked at in as many
 * places, evenly from its beginning to its end, one window each: time is bounded whatever its length.
 */
export function planWindows(tokenizer: PieceTokenizer, text: string, rule: WindowRule): PlannedWindows {
  const whole = text.length <= rule.maxChars;
  const wide = whole ? cutWhole(tokenizer, text, rule) : cutSamples(tokenizer, text, rule);
  const places = new Set(wide.map(placeOf));
  const focus = cutFocus(tokenizer, text, joinStretches(wide), rule).filter(
    (window) => !places.has(placeOf(window)),
  );
  const skipped = uncovered(wide, text.length).filter(({ start, end }) => hasContent(text, start, end));
  return {
    windows: [...wide, ...focus].sort((a, b) => a.start - b.start || b.end - a.end),
    skipped,
    skippedBy: whole ? 'max_windows' : 'max_chars',
  };
}

function placeOf({ start, end }: Stretch): string {
  return `${start}-${end}`;
}

/** Overlapping stretches, ascending by their beginning, as one each. */
export function joinStretches(stretches: readonly Stretch[]): Stretch[] {
  const runs: Stretch[] = [];
  for (const { start, end } of stretches) {
    const last = runs.at(-1);
    if (last === undefined || start > last.end) runs.push({ start, end });
    else runs[runs.length - 1] = { start: last.start, end: Math.max(last.end, end) };
  }
  return runs;
}

function cutWhole(tokenizer: PieceTokenizer, text: string, rule: WindowRule): TextWindow[] {
  const { windows } = cutWindows(tokenizer, text, limitsOf(rule, Number.POSITIVE_INFINITY));
  return evenlySpaced(windows.length, rule.maxWindows).flatMap((index) => windows[index] ?? []);
}

function cutSamples(tokenizer: PieceTokenizer, text: string, rule: WindowRule): TextWindow[] {
  const sampleChars = Math.floor(rule.maxChars / rule.maxWindows);
  const samples = evenlySpaced(Math.ceil(text.length / sampleChars), rule.maxWindows);
  return samples.flatMap((index, position) => {
    const last = position === samples.length - 1 && position > 0;
    const from = last ? text.length - sampleChars : index * sampleChars;
    const start = afterLowSurrogate(text, from);
    const sample = text.slice(start, afterLowSurrogate(text, from + sampleChars));
    const { windows } = cutWindows(tokenizer, sample, limitsOf(rule, last ? Number.POSITIVE_INFINITY : 1));
    const window = last ? windows.at(-1) : windows[0];
    return window ? { ids: window.ids, start: window.start + start, end: window.end + start } : [];
  });
}

function limitsOf(rule: WindowRule, maxWindows: number) {
  return { maxTokens: rule.windowTokens, overlapTokens: rule.windowOverlapTokens, maxWindows };
}

/** Moves a cut that would part a surrogate pair behind it. */
function afterLowSurrogate(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
}

/** White space between two windows is nothing that was left out. */
function hasContent(text: string, start: number, end: number): boolean {
  // The stretch may be megabytes: its first visible character answers.
  const visible = /\S/g;
  visible.lastIndex = start;
  const found = visible.exec(text);
  return found !== null && found.index < end;
}
