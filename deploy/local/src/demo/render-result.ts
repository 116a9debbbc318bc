import { renderCoverage } from './coverage.js';
import { type DemoResult, isGood } from './outcome.js';
import type { Paint } from './style.js';
import { renderTable } from './table.js';

const WIDTH = 110;

/** Everything that the demo prints at its end. Pure. */
export function renderResult(result: DemoResult, paint: Paint): string {
  const { outcomes, deadLetters } = result;
  const blocks = [renderTable(outcomes, paint)];
  const letters = deadLetters.map(
    ({ code, record }) => `One record held no item: ${paint('yellow', code)}, now a dead letter (${record}).`,
  );
  if (letters.length > 0) blocks.push(letters.join('\n'));
  const coverage = renderCoverage(outcomes, ['image', 'audio'], WIDTH);
  if (coverage !== '') blocks.push(paint('dim', coverage));
  const wrong = [
    ...outcomes.flatMap((outcome) =>
      outcome.wrong.map(
        (what) => `${outcome.demo.item.itemId} version ${outcome.demo.item.version}: ${what}`,
      ),
    ),
    ...result.wrong,
  ];
  if (wrong.length > 0) blocks.push(wrong.map((line) => paint('red', `✗ ${line}`)).join('\n'));
  blocks.push(paint(isGood(result) ? 'green' : 'red', summary(result)));
  return `\n${blocks.join('\n\n')}\n`;
}

function summary(result: DemoResult): string {
  const { outcomes, lost, duplicates, deadLetters } = result;
  const good = outcomes.filter((outcome) => outcome.wrong.length === 0).length;
  const latencies = outcomes
    .map((outcome) => outcome.latencyMs)
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b);
  const median = latencies[Math.floor(latencies.length / 2)];
  const middle = median === undefined ? '' : `, half of them within ${Math.round(median)} ms`;
  return (
    `${good} of ${outcomes.length} item versions ended as they should${middle}; ` +
    `${lost} lost, ${duplicates} decided twice, ${deadLetters.length} dead letter${deadLetters.length === 1 ? '' : 's'}.`
  );
}
