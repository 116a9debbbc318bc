import './feed.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { DecisionFilter, Facets } from '../../../src/api/decisions.js';
import { countOf } from '../design/format.js';
import { Icon } from '../design/icon.js';
import { isTyping } from '../design/keyboard.js';
import { Empty, Failure, Loading } from '../design/notices.js';
import { Page } from '../design/page.js';
import type { StreamState } from '../http/event-stream.js';
import { useResource } from '../http/use-resource.js';
import { FeedRow } from './feed-row.js';
import { readFilter, writeFilter } from './filter.js';
import { FilterBar } from './filter-bar.js';
import { RatesPanel } from './rates-panel.js';
import { useLiveFeed } from './use-live-feed.js';

const FACETS_EVERY_MS = 60_000;

export function FeedPage() {
  const { query, route } = useLocation();
  const filter = readFilter(query);
  const facets = useResource<Facets>('/api/v1/facets', FACETS_EVERY_MS);
  const change = (next: DecisionFilter): void => {
    const written = writeFilter(next);
    route(written === '' ? '/' : `/?${written}`, true);
  };
  const [paused, setPaused] = useState(false);
  const reading = useReading();
  const held = paused || reading.is;
  const live = useLiveFeed(writeFilter(filter), held);
  useFeedKeys(() => setPaused((now) => !now));
  return (
    <Page
      title="Live"
      head={
        <>
          <LiveState state={live.state} held={held} />
          <button
            type="button"
            class="button slim push"
            aria-pressed={paused}
            onClick={() => setPaused(!paused)}
          >
            <Icon name={paused ? 'play' : 'pause'} /> {paused ? 'Go on' : 'Pause'} <kbd>P</kbd>
          </button>
        </>
      }
    >
      <FilterBar filter={filter} facets={facets.data} change={change} />
      <div class="feed-columns">
        <section class="feed" aria-label="Decisions, newest first">
          <WaitingRows
            count={live.feed.waitingCount}
            show={() => {
              setPaused(false);
              reading.stop();
              live.showWaiting();
            }}
          />
          {live.error !== undefined && <Failure error={live.error} />}
          {!live.loaded && live.error === undefined && <Loading what="decisions" />}
          {live.loaded && live.feed.shown.length === 0 && (
            <Empty title="No decision yet">
              <p>
                {Object.keys(filter).length > 0 ? 'None passes this filter.' : 'They appear as they come.'}
              </p>
            </Empty>
          )}
          <ol class="feed-list" ref={reading.list} {...reading.events}>
            {live.feed.shown.map((row) => (
              <FeedRow key={row.seq} row={row} />
            ))}
          </ol>
          {live.feed.older !== null && (
            <button type="button" class="button quiet" onClick={live.loadOlder}>
              Older decisions
            </button>
          )}
        </section>
        <RatesPanel filter={filter} change={change} />
      </div>
    </Page>
  );
}

function LiveState({ state, held }: { state: StreamState; held: boolean }) {
  const text = { connecting: 'Connecting …', lost: 'Connection lost, trying again …', live: 'Live' }[state];
  return (
    <p class={`live-state ${state}${held ? ' held' : ''}`} role="status">
      {state === 'live' && held ? 'Held while you read' : text}
    </p>
  );
}

/** Always there, so that nothing below moves when rows begin to wait. */
function WaitingRows({ count, show }: { count: number; show: () => void }) {
  return (
    <div class="feed-waiting">
      {count > 0 && (
        <button type="button" class="button primary slim" onClick={show}>
          Show {countOf(count, 'new decision')}
        </button>
      )}
    </div>
  );
}

/** Somebody reads while the pointer or the focus is in the list, or the page is scrolled. */
function useReading() {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const [scrolled, setScrolled] = useState(window.scrollY > 0);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const onScroll = (): void => setScrolled(window.scrollY > 0);
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, []);
  const stop = (): void => {
    window.scrollTo({ top: 0 });
    if (list.current?.contains(document.activeElement)) (document.activeElement as HTMLElement).blur();
    setPointer(false);
  };
  const events = {
    onMouseEnter: () => setPointer(true),
    onMouseLeave: () => setPointer(false),
    onFocusIn: () => setFocus(true),
    onFocusOut: () => setFocus(false),
  };
  return { is: pointer || focus || scrolled, list, events, stop };
}

/** P holds and goes on; J and K walk along the rows, Enter opens one as for any link. */
function useFeedKeys(togglePause: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === 'p') togglePause();
      if (key !== 'j' && key !== 'k') return;
      const rows = [...document.querySelectorAll<HTMLAnchorElement>('.feed-row')];
      const at = rows.indexOf(document.activeElement as HTMLAnchorElement);
      rows[Math.min(rows.length - 1, Math.max(0, at + (key === 'j' ? 1 : -1)))]?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}
