import { useEffect, useState } from 'preact/hooks';
import type { PipelineHealth } from '../../../src/api/pipeline.js';
import { TimeChart } from '../charts/time-chart.js';
import { formatCount, formatDuration } from '../design/format.js';
import { Failure, Loading } from '../design/notices.js';
import { Page } from '../design/page.js';
import { ScrollBox } from '../design/scroll-box.js';
import { useResource } from '../http/use-resource.js';

const EVERY_MS = 5000;
/** Half an hour, as seen by this page. */
const KEPT = 360;
const COLOURS = ['--accent', '--review', '--flag', '--block', '--allow', '--ink-soft'];

export function PipelinePage() {
  const health = useResource<PipelineHealth>('/api/v1/pipeline', EVERY_MS);
  const seen = useSeen(health.data);
  const { data } = health;
  return (
    <Page title="Pipeline">
      {health.error !== undefined && <Failure error={health.error} retry={health.reload} />}
      {!data && health.error === undefined && <Loading what="the pipeline’s health" />}
      {data && (
        <>
          <dl class="tiles">
            <Tile name="Decisions a second" value={data.decisionsPerSecond?.toFixed(1)} />
            <Tile name="Open joins" value={count(data.openJoins)} note={oldest(data)} />
            <Tile
              name="Dead letters, last hour"
              value={count(data.deadLetters.lastHour)}
              note={data.deadLetters.total === null ? undefined : `${count(data.deadLetters.total)} in all`}
            />
            <Tile name="This page is behind by" value={count(data.ownLag)} note="decisions not yet read" />
          </dl>
          <div class="columns">
            <LagChart seen={seen} />
            <Groups groups={data.groups} />
          </div>
        </>
      )}
    </Page>
  );
}

function LagChart({ seen }: { seen: readonly PipelineHealth[] }) {
  const latest = seen.at(-1);
  if (!latest || seen.length < 2) {
    return (
      <section class="card soft">
        A chart of what is not yet read begins with the second reading, in seconds.
      </section>
    );
  }
  return (
    <section class="card">
      <TimeChart
        title="Records not yet read, by group"
        times={seen.map((one) => one.atMs / 1000)}
        format={formatCount}
        height={220}
        lines={latest.groups.map((group, at) => ({
          label: `${group.group} · ${group.topic}`,
          colour: COLOURS[at % COLOURS.length] ?? '--accent',
          values: seen.map((one) => lagOf(one, group)),
        }))}
      />
    </section>
  );
}

function lagOf(health: PipelineHealth, { group, topic }: { group: string; topic: string }): number | null {
  return health.groups.find((one) => one.group === group && one.topic === topic)?.lag ?? null;
}

/** What this page has been told, oldest first, for its chart. */
function useSeen(latest: PipelineHealth | undefined): readonly PipelineHealth[] {
  const [seen, setSeen] = useState<readonly PipelineHealth[]>([]);
  useEffect(() => {
    if (latest) setSeen((before) => [...before, latest].slice(-KEPT));
  }, [latest]);
  return seen;
}

function Tile({ name, value, note }: { name: string; value: string | undefined; note?: string | undefined }) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd>{value ?? '—'}</dd>
      <dd class="note">{value === undefined ? 'cannot be read now' : note}</dd>
    </div>
  );
}

const count = (value: number | null): string | undefined => (value === null ? undefined : formatCount(value));

function oldest({ oldestOpenAtMs, atMs }: PipelineHealth): string | undefined {
  return oldestOpenAtMs === null
    ? undefined
    : `the oldest for ${formatDuration(Math.max(0, atMs - oldestOpenAtMs))}`;
}

function Groups({ groups }: { groups: PipelineHealth['groups'] }) {
  return (
    <ScrollBox label="Consumer groups">
      <h2>Consumer groups</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col">Topic</th>
            <th scope="col" class="number">
              Behind by
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((one) => (
            <tr key={`${one.group} ${one.topic}`}>
              <td>{one.group}</td>
              <td class="mono">{one.topic}</td>
              <td class="number">{one.lag === null ? '—' : formatCount(one.lag)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
