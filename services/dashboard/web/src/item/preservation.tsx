import { useState } from 'preact/hooks';
import type { ItemPage } from '../../../src/api/items.js';
import { formatDateTime } from '../design/format.js';
import { messageOf, sendJson } from '../http/api.js';

interface PreservationProps {
  readonly of: NonNullable<ItemPage['preservation']>;
  readonly changed: () => void;
}

/** What the flag holds, and what it cannot. */
export const PRESERVES =
  'What the dashboard knows of it is kept past its time and past an erasure. The content itself is upstream’s: its retention must be held in the content store.';

/** The flag of a restricted item, open case or not. */
export function Preservation({ of: { caseId, sinceMs }, changed }: PreservationProps) {
  const [said, setSaid] = useState('');
  const preserved = sinceMs !== null;
  const toggle = (): void => {
    const path = `/api/v1/cases/${encodeURIComponent(caseId)}/preserve`;
    setSaid('');
    sendJson('POST', path, { preserved: !preserved }).then(changed, (error: unknown) =>
      setSaid(messageOf(error)),
    );
  };
  return (
    <section class="notice" aria-label="Preservation">
      <p>
        {preserved ? `Preserved since ${formatDateTime(sinceMs)}.` : 'Not preserved.'}{' '}
        {preserved && <span class="soft">{PRESERVES}</span>}
      </p>
      <button type="button" class="button slim" aria-pressed={preserved} onClick={toggle}>
        {preserved ? 'Lift the preservation' : 'Preserve'}
      </button>
      {said !== '' && <p role="alert">{said}</p>}
    </section>
  );
}
