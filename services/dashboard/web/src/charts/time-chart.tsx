import 'uplot/dist/uPlot.min.css';
import './charts.css';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { comfort } from '../settings/comfort.js';

export interface Line {
  readonly label: string;
  /** Name of a custom property. */
  readonly colour: string;
  /** Null: nothing is known for this time. */
  readonly values: readonly (number | null)[];
}

interface TimeChartProps {
  readonly title: string;
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  readonly height?: number;
}

const HEIGHT = 130;
const AXIS_FONT = '11px system-ui, sans-serif';
const AXIS_WIDTH = 58;

/** Lines over at least two times, with the newest values in the legend; a screen reader gets those as text. */
export function TimeChart({ title, times, lines, format, height = HEIGHT }: TimeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const { theme } = comfort.value;
  const shape = lines.map((line) => `${line.label} ${line.colour}`).join();

  // Drawn anew where its colours or lines are others; new values only move it: `shape` stands for the lines.
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const chart = new uPlot(options(element, lines, format, height), dataOf(times, lines), element);
    plot.current = chart;
    const watch = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const redraw = (): void => chart.redraw();
    dark.addEventListener('change', redraw);
    return () => {
      watch.disconnect();
      dark.removeEventListener('change', redraw);
      chart.destroy();
    };
  }, [shape, theme, height]);
  useEffect(() => plot.current?.setData(dataOf(times, lines)), [times, lines]);

  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <ul class="legend small">
          {lines.map((line) => (
            <li key={line.label}>
              <svg viewBox="0 0 10 10" aria-hidden="true">
                <circle cx="5" cy="5" r="4" fill={`var(${line.colour})`} />
              </svg>
              <span class="soft">{line.label}</span> {newest(line, format)}
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}

function newest(line: Line, format: (value: number) => string): string {
  const last = line.values.findLast((value) => value !== null);
  return last === undefined || last === null ? '—' : format(last);
}

function options(
  element: HTMLElement,
  lines: readonly Line[],
  format: (value: number) => string,
  height: number,
): uPlot.Options {
  // Read when drawn, so that a change of the theme needs no new chart.
  const colour = (name: string) => (): string => getComputedStyle(element).getPropertyValue(name).trim();
  const axis = { stroke: colour('--ink-soft'), font: AXIS_FONT, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 18, 0, 0],
    scales: {
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 24, space: 60, values: clockTimes },
      {
        ...axis,
        grid: { stroke: colour('--line'), width: 1 },
        size: AXIS_WIDTH,
        values: (_, splits) => splits.map((split) => format(split)),
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.label,
        stroke: colour(line.colour),
        width: 1.5,
        points: { size: 4 },
        spanGaps: true,
      })),
    ],
  };
}

/** Labels of the time axis; `step` is the seconds between two of them. */
function clockTimes(_: uPlot, times: number[], __: number, ___: number, step: number): string[] {
  return times.map((time) => new Date(time * 1000).toTimeString().slice(0, step < 60 ? 8 : 5));
}

function dataOf(times: readonly number[], lines: readonly Line[]): uPlot.AlignedData {
  return [[...times], ...lines.map((line) => [...line.values])];
}
