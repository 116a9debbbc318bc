import './quality.css';
import { useState } from 'preact/hooks';
import type { Quality } from '../../../src/api/review.js';
import { actionLabel } from '../design/action-badge.js';
import { countOf, formatCount, formatDuration, formatPercent } from '../design/format.js';
import { Empty, Failure, Loading } from '../design/notices.js';
import { Page } from '../design/page.js';
import { ScrollBox } from '../design/scroll-box.js';
import { useResource } from '../http/use-resource.js';

const SPANS = [1, 7, 30, 90];
const ACTIONS = ['allow', 'flag', 'review', 'block'];

export function QualityPage() {
  const [days, setDays] = useState(7);
  const quality = useResource<Quality>(`/api/v1/quality?days=${days}`);
  return (
    <Page
      title="Quality"
      head={
        <select
          class="filter-select push"
          aria-label="Over"
          value={days}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
        >
          {SPANS.map((span) => (
            <option key={span} value={span}>
              the last {countOf(span, 'day')}
            </option>
          ))}
        </select>
      }
    >
      {quality.error !== undefined && <Failure error={quality.error} retry={quality.reload} />}
      {!quality.data && quality.error === undefined && <Loading what="quality" />}
      {quality.data && <Figures quality={quality.data} />}
    </Page>
  );
}

function Figures({ quality }: { quality: Quality }) {
  const { agreement, golden, secondsPerCase } = quality;
  return (
    <>
      <dl class="tiles">
        <div class="tile">
          <dt>Agreement of two reviewers</dt>
          <dd>{agreement.kappa === null ? '—' : agreement.kappa.toFixed(2)}</dd>
          <dd class="note">
            Cohen’s kappa; {agreement.equal} of {countOf(agreement.pairs, 'pair')} equal
          </dd>
        </div>
        <div class="tile">
          <dt>Golden cases</dt>
          <dd>{golden.answered === 0 ? '—' : formatPercent(golden.right / golden.answered)}</dd>
          <dd class="note">
            {golden.right} of {golden.answered} as known
          </dd>
        </div>
        <div class="tile">
          <dt>Time for a case</dt>
          <dd>{ofSeconds(secondsPerCase.p50)}</dd>
          <dd class="note">half of them; 19 of 20 within {ofSeconds(secondsPerCase.p95)}</dd>
        </div>
      </dl>
      <div class="columns">
        <Matrix counts={quality.matrix} />
        <Reviewers reviewers={quality.byReviewer} />
      </div>
    </>
  );
}

const ofSeconds = (seconds: number | null): string =>
  seconds === null ? '—' : formatDuration(seconds * 1000);

function Matrix({ counts }: { counts: Quality['matrix'] }) {
  const count = (model: string, human: string): number =>
    counts.find((one) => one.model === model && one.human === human)?.count ?? 0;
  const most = Math.max(1, ...counts.map((one) => one.count));
  return (
    <ScrollBox label="Model against human">
      <h2>Model against human</h2>
      {counts.length === 0 && <Empty title="No case was decided yet" />}
      {counts.length > 0 && (
        <table class="matrix">
          <caption class="soft small">
            Rows: what the policy had decided. Columns: what a person decided.
          </caption>
          <thead>
            <tr>
              <td />
              {ACTIONS.map((action) => (
                <th key={action} scope="col" class="number">
                  {actionLabel(action)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ACTIONS.map((model) => (
              <tr key={model}>
                <th scope="row">{actionLabel(model)}</th>
                {ACTIONS.map((human) => {
                  const value = count(model, human);
                  const heat = value === 0 ? 0 : Math.max(1, Math.ceil((value / most) * 4));
                  return (
                    <td key={human} class={`number heat-${heat}${model === human ? ' same' : ''}`}>
                      {formatCount(value)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </ScrollBox>
  );
}

function Reviewers({ reviewers }: { reviewers: Quality['byReviewer'] }) {
  return (
    <ScrollBox label="By reviewer">
      <h2>By reviewer</h2>
      {reviewers.length === 0 && <Empty title="Nobody yet" />}
      {reviewers.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Reviewer</th>
              <th scope="col" class="number">
                Cases
              </th>
              <th scope="col" class="number">
                Half within
              </th>
            </tr>
          </thead>
          <tbody>
            {reviewers.map((one) => (
              <tr key={one.reviewerId}>
                <td class="mono">{one.reviewerId}</td>
                <td class="number">{formatCount(one.cases)}</td>
                <td class="number">{ofSeconds(one.secondsPerCaseP50)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </ScrollBox>
  );
}
