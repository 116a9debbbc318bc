import type { Waterfall as Times } from '../../../src/api/items.js';
import { formatDuration, formatTime } from '../design/format.js';

const WIDTH = 1000;

interface WaterfallProps {
  readonly times: Times;
  /** Whether it says when, besides how long. */
  readonly dated: boolean;
}

/** When each part came, from the opening to the decision. */
export function Waterfall({ times, dated }: WaterfallProps) {
  const { openedAtMs, decidedAtMs, deadlineMs } = times;
  const whole = Math.max(1, decidedAtMs - openedAtMs);
  const x = (ms: number): number => Math.min(WIDTH, Math.max(0, ((ms - openedAtMs) / whole) * WIDTH));
  const rows = [
    ...times.parts.map((part) => ({ name: part.partId, from: openedAtMs, to: part.embeddedAtMs })),
    { name: 'deciding', from: Math.max(openedAtMs, times.lastPartAtMs), to: decidedAtMs },
  ];
  return (
    <section class="card" aria-labelledby="timings">
      <div class="card-head">
        <h2 id="timings">Timings</h2>
        <p class="soft small">
          {dated && `opened ${formatTime(openedAtMs)} · `}decided after {formatDuration(whole)} · window{' '}
          {formatDuration(deadlineMs - openedAtMs)}
        </p>
      </div>
      <ol class="waterfall">
        {rows.map((row) => (
          <li key={row.name}>
            <span class="waterfall-name small">{row.name}</span>
            <svg viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true">
              <rect class="track" width={WIDTH} height="10" />
              <rect
                class={row.name === 'deciding' ? 'deciding' : 'came'}
                x={x(row.from)}
                width={Math.max(3, x(row.to) - x(row.from))}
                height="10"
              />
            </svg>
            <span class="small soft number">{formatDuration(row.to - row.from)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
