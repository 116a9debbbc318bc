import { useEffect, useRef } from 'preact/hooks';
import { BINDINGS } from './keymap.js';

/** The keys, over the page; Esc or the button closes it. */
export function KeyList({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="keys card" ref={dialog} onClose={close} aria-labelledby="keys">
      <h2 id="keys">Keys</h2>
      <dl>
        {BINDINGS.map((one) => (
          <div key={one.key}>
            <dt>
              <kbd>{one.key.length === 1 ? one.key.toUpperCase() : one.key}</kbd>
            </dt>
            <dd>{one.says}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
