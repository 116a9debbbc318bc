import type { RefObject } from 'preact';
import type { ItemPage } from '../../../src/api/items.js';
import type { CaseSummary } from '../../../src/api/review.js';
import { actionLabel } from '../design/action-badge.js';
import { formatCount, formatDuration } from '../design/format.js';
import { useNow } from '../design/use-now.js';
import { PRESERVES } from '../item/preservation.js';
import { type Action, BINDINGS } from './keymap.js';
import { type Draft, outcomeOf } from './verdict.js';

interface DecisionPanelProps {
  readonly page: ItemPage;
  readonly current: CaseSummary;
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
  /** Every category that can be named. */
  readonly categories: readonly string[];
  readonly busy: boolean;
  readonly submit: () => void;
  readonly release: () => void;
  readonly askSecondOpinion: () => void;
  readonly preserve: () => void;
  readonly note: RefObject<HTMLTextAreaElement | null>;
}

const ACTIONS: readonly Action[] = ['allow', 'flag', 'review', 'block'];
const MODIFIERS = ['label', 'blur', 'age_restrict', 'escalate'];
const keyOf = (command: string): string => BINDINGS.find((one) => one.command === command)?.key ?? '';

export function DecisionPanel(props: DecisionPanelProps) {
  const { page, current, draft, change, categories, busy } = props;
  const finds = draft.action !== undefined && draft.action !== 'allow';
  return (
    <form
      class="card decide"
      aria-label="Decide"
      onSubmit={(event) => {
        event.preventDefault();
        props.submit();
      }}
    >
      <div class="card-head">
        <h2>{KINDS[current.kind]}</h2>
        <Lease expiresAtMs={current.leaseExpiresAtMs} />
      </div>
      <p class="soft small">
        reach {formatCount(current.reach)} · reports {formatCount(current.reports)} · waiting for{' '}
        <Age since={current.openedAtMs} />
      </p>
      {current.note !== undefined && <p class="remark">Asked by a colleague: {current.note}</p>}
      <fieldset class="actions">
        <legend class="visually-hidden">Decision</legend>
        {ACTIONS.map((action) => (
          <label key={action} class={`action ${action}`}>
            <input
              type="radio"
              name="action"
              value={action}
              checked={draft.action === action}
              onChange={() => change({ ...draft, action })}
            />
            {actionLabel(action)} <kbd>{keyOf(action)}</kbd>
          </label>
        ))}
      </fieldset>
      {finds && (
        <>
          <Choices
            legend="What is in it"
            all={[...new Set([...draft.categories, ...categories])]}
            chosen={draft.categories}
            change={(chosen) => change({ ...draft, categories: chosen })}
          />
          <Choices
            legend="Measures"
            all={MODIFIERS}
            chosen={draft.modifiers}
            change={(chosen) => change({ ...draft, modifiers: chosen })}
          />
        </>
      )}
      <div class="field">
        <label for="note">
          Note <kbd>N</kbd>
        </label>
        <textarea
          id="note"
          class="input"
          ref={props.note}
          maxLength={2000}
          value={draft.note}
          onInput={(event) => change({ ...draft, note: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) props.submit();
          }}
        />
      </div>
      <button type="submit" class="button primary" disabled={draft.action === undefined || busy}>
        {sayDecision(page, current, draft.action)} <kbd>Enter</kbd>
      </button>
      <div class="row">
        <button type="button" class="button quiet slim" disabled={busy} onClick={props.askSecondOpinion}>
          Second opinion <kbd>S</kbd>
        </button>
        <button type="button" class="button quiet slim" disabled={busy} onClick={props.release}>
          Give back <kbd>R</kbd>
        </button>
        {page.decision.restricted && (
          <button
            type="button"
            class="button slim"
            aria-pressed={current.preserved}
            disabled={busy}
            onClick={props.preserve}
          >
            Preserve <kbd>H</kbd>
          </button>
        )}
      </div>
      {current.preserved && <p class="soft small">Preserved. {PRESERVES}</p>}
    </form>
  );
}

const KINDS: Readonly<Record<CaseSummary['kind'], string>> = {
  review: 'Case',
  appeal: 'Appeal',
  second_opinion: 'Second opinion',
};

function sayDecision(page: ItemPage, current: CaseSummary, action: Action | undefined): string {
  if (action === undefined) return 'Choose a decision';
  if (current.kind !== 'appeal') return actionLabel(action);
  return outcomeOf(page, action) === 'upheld'
    ? `Uphold: ${actionLabel(action)}`
    : `Overturn: ${actionLabel(action)}`;
}

interface ChoicesProps {
  readonly legend: string;
  readonly all: readonly string[];
  readonly chosen: readonly string[];
  readonly change: (chosen: readonly string[]) => void;
}

function Choices({ legend, all, chosen, change }: ChoicesProps) {
  return (
    <fieldset class="choices">
      <legend class="soft small">{legend}</legend>
      {all.map((one) => {
        const on = chosen.includes(one);
        return (
          <label key={one} class="choice">
            <input
              type="checkbox"
              checked={on}
              onChange={() => change(on ? chosen.filter((other) => other !== one) : [...chosen, one])}
            />
            {one}
          </label>
        );
      })}
    </fieldset>
  );
}

function Lease({ expiresAtMs }: { expiresAtMs: number | null }) {
  const now = useNow(1000);
  if (expiresAtMs === null) return null;
  const left = expiresAtMs - now;
  return (
    <p class={`small lease${left < 60_000 ? ' short' : ' soft'}`}>
      {left <= 0 ? 'The time has run out' : `yours for ${formatDuration(Math.ceil(left / 1000) * 1000)}`}
    </p>
  );
}

function Age({ since }: { since: number }) {
  const now = useNow(10_000);
  return <>{formatDuration(Math.max(0, now - since))}</>;
}
