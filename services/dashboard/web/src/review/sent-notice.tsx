import type { DecisionSummary } from '../../../src/api/decisions.js';
import { actionLabel } from '../design/action-badge.js';
import { formatDuration } from '../design/format.js';
import { useNow } from '../design/use-now.js';
import type { Sent } from './use-workbench.js';

interface SentNoticeProps {
  readonly sent: Sent;
  /** The revision on the screen, where it is the one that was decided. */
  readonly latest: DecisionSummary | undefined;
  readonly undo: () => void;
}

/** What became of the last decision, and its way back. */
export function SentNotice({ sent, latest, undo }: SentNoticeProps) {
  const now = useNow(1000);
  const { golden } = sent.answer;
  const left = sent.answer.undoUntilMs - now;
  const applied =
    latest !== undefined && (latest.version > sent.judged.version || latest.revision > sent.judged.revision);
  const name = `${sent.of.tenant}/${sent.of.itemId}`;
  return (
    <div class="notice" role="status">
      <p>
        {sent.undone ? 'Undone' : actionLabel(sent.action)}: <span class="mono">{name}</span>.{' '}
        {golden && 'This was a golden case: your answer is kept for quality, and makes no revision.'}
        {latest !== undefined &&
          !golden &&
          (applied ? `Revision ${latest.revision} is out.` : 'The new revision is on its way …')}
      </p>
      {!sent.undone && !golden && left > 0 && (
        <button type="button" class="button slim" onClick={undo}>
          Undo <kbd>U</kbd> <span class="soft">{formatDuration(Math.ceil(left / 1000) * 1000)}</span>
        </button>
      )}
    </div>
  );
}
