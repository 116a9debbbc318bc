import { type DemoResult, modalitiesOf } from './outcome.js';

/** The result as `--json` writes it. */
export function resultJson(result: DemoResult): string {
  const items = result.outcomes.map(({ demo, decision, latencyMs, decisions }) => ({
    id: demo.item.itemId,
    version: Number(demo.item.version),
    modalities: modalitiesOf(demo),
    action: decision?.action ?? '',
    missing: decision?.modalitiesMissing ?? [],
    latency_ms: latencyMs === undefined ? null : Math.round(latencyMs),
    decisions,
  }));
  const { lost, duplicates, deadLetters } = result;
  return `${JSON.stringify({ items, lost, duplicates, dead_letters: deadLetters.length }, undefined, 2)}\n`;
}
