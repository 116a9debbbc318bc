import type { DecisionSummary } from '../../../src/api/decisions.js';
import { SentNotice } from './sent-notice.js';
import type { Workbench } from './use-workbench.js';

interface BenchNoticesProps {
  readonly bench: Workbench;
  /** The revision on the screen. */
  readonly shown: DecisionSummary | undefined;
  /** A revision by somebody else that came since. */
  readonly newer: DecisionSummary | undefined;
  readonly show: () => void;
}

/** What the reviewer must hear: refusals, what became of the last decision, a newer revision. Spoken by screen readers. */
export function BenchNotices({ bench, shown, newer, show }: BenchNoticesProps) {
  const { said, sent, current } = bench;
  return (
    <div class="stack said" aria-live="polite">
      {said && (
        <p
          class={said.tone === 'plain' ? 'notice' : `notice ${said.tone}`}
          role={said.tone === 'bad' ? 'alert' : 'status'}
        >
          {said.text}
        </p>
      )}
      {sent && <SentNotice sent={sent} latest={current ? undefined : shown} undo={bench.undo} />}
      {newer && (
        <div class="notice warn">
          <p>It was decided anew while you look: revision {newer.revision}.</p>
          <button type="button" class="button slim" onClick={show}>
            Show it
          </button>
        </div>
      )}
    </div>
  );
}
