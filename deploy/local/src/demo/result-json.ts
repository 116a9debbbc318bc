import type { Decision } from '@tercet/contracts';
import { type DemoResult, modalitiesOf } from './outcome.js';

/** The result as `--json` writes it. */
export function resultJson(result: DemoResult): string {
  const items = result.outcomes.map(({ demo, decision, latencyMs, decisions }) => ({
    id: demo.item.itemId,
    version: Number(demo.item.version),
    modalities: modalitiesOf(demo),
    action: decision?.action ?? '',
    missing: decision ? missingModalities(decision) : [],
    latency_ms: latencyMs === undefined ? null : Math.round(latencyMs),
    decisions,
  }));
  const { lost, duplicates, deadLetters } = result;
  return `${JSON.stringify({ items, lost, duplicates, dead_letters: deadLetters.length }, undefined, 2)}\n`;
}

/** Modalities of the parts that are late, broken or empty. A part that no head reads is there: it is not covered. */
function missingModalities({ partsMissing }: Decision): string[] {
  const missing = partsMissing.filter(({ code }) => code !== 'no_head');
  return [...new Set(missing.map(({ modality }) => modality))].sort();
}
