import type { CategoryResult, Decision, PartMissing } from '@tercet/contracts';
import { uncoveredIn } from './coverage.js';
import { type Outcome, wasNothingToRead } from './outcome.js';
import type { Paint, Style } from './style.js';

interface Cell {
  readonly text: string;
  readonly style?: Style;
}

const HEADINGS = ['item', 'parts', 'action', 'top category', 'which part', 'not covered', 'latency', ''];
const ACTION_STYLES: Readonly<Record<string, Style>> = {
  allow: 'green',
  flag: 'yellow',
  review: 'magenta',
  block: 'red',
};

/** The demo's table: a line for each item version. Pure. */
export function renderTable(outcomes: readonly Outcome[], paint: Paint): string {
  const rows = outcomes.map(row);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((cells) => cells[column]?.text.length ?? 0)),
  );
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, style }, column) => {
        const padded = text.padEnd(widths[column] ?? 0);
        return style ? paint(style, padded) : padded;
      })
      .join('  ')
      .trimEnd();
  const head = line(HEADINGS.map((text) => ({ text, style: 'bold' as const })));
  const rule = paint('dim', widths.map((width) => '─'.repeat(width)).join('  '));
  return [head, rule, ...rows.map(line)].join('\n');
}

function row(outcome: Outcome): Cell[] {
  const { demo, decision, latencyMs, wrong } = outcome;
  const { item } = demo;
  const name = item.version > 1n ? `${item.itemId} (version ${item.version})` : item.itemId;
  const cause = decision ? causeOf(decision) : { category: '', part: '' };
  return [
    { text: name },
    { text: countParts(item.parts.map((part) => part.modality)), style: 'dim' },
    actionCell(decision),
    { text: cause.category, ...(decision?.flagged ? {} : { style: 'dim' as const }) },
    { text: cause.part },
    { text: decision ? countUncovered(decision) : '', style: 'dim' },
    { text: latencyMs === undefined ? '' : `${Math.round(latencyMs)} ms`.padStart(8), style: 'dim' },
    wrong.length === 0 ? { text: '✓', style: 'green' } : { text: '✗', style: 'red' },
  ];
}

function actionCell(decision: Decision | undefined): Cell {
  if (!decision) return { text: 'none', style: 'red' };
  const text = [decision.action, ...decision.modifiers].join(' + ');
  const style = ACTION_STYLES[decision.action];
  return style ? { text, style } : { text };
}

/** `text, image x3`: each modality once, with its number where there are several. */
function countParts(modalities: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const modality of modalities) counts.set(modality, (counts.get(modality) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count > 1 ? `${name} x${count}` : name)).join(', ');
}

const isBroken = (part: PartMissing): boolean => part.code !== 'no_head' && !wasNothingToRead(part);

/** How many categories no part of the item was scored for. */
function countUncovered(decision: Decision): string {
  const uncovered = uncoveredIn(decision);
  if (uncovered === 'all') return decision.partsMissing.some(isBroken) ? '' : 'all';
  return uncovered.size === 0 ? '' : String(uncovered.size);
}

/** What weighed most, and in which part; what is missing comes first. */
function causeOf(decision: Decision): { category: string; part: string } {
  const top = topCategory(decision.categories);
  const [strongest] = decision.reasons;
  const broken = decision.partsMissing
    .filter(isBroken)
    .map((part) => `${part.partId}: ${part.code}`)
    .join(', ');
  if (broken !== '' && !top?.flagged) return { category: '–', part: broken };
  if (!top) return { category: '–', part: '' };
  const share = [...top.contributions].sort((a, b) => b.score - a.score)[0];
  const part =
    strongest?.category === top.category && strongest.partId !== '' ? strongest.partId : share?.partId;
  return { category: `${top.category} ${top.score.toFixed(2)}`, part: part ?? '' };
}

/** The flagged category with the highest severity; where none is flagged, the highest score. */
function topCategory(categories: readonly CategoryResult[]): CategoryResult | undefined {
  const flagged = categories.filter((one) => one.flagged);
  if (flagged.length > 0) return [...flagged].sort((a, b) => b.severity - a.severity || b.score - a.score)[0];
  return [...categories].sort((a, b) => b.score - a.score)[0];
}
