import type { ComponentChildren } from 'preact';
import { ApiFailure, messageOf } from '../http/api.js';

/** Why there is nothing to see, said once and plainly. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const refused = error instanceof ApiFailure && error.status === 403;
  return (
    <div class="notice bad" role="alert">
      <p>
        {refused && <strong>Not for you. </strong>}
        {messageOf(error)}
      </p>
      {retry && !refused && (
        <button type="button" class="button slim" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <p class="empty" role="status">
      Loading {what} …
    </p>
  );
}
