import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { DecisionPage, DecisionSummary } from '../../../src/api/decisions.js';
import { getJson } from '../http/api.js';
import { openEventStream, type StreamState } from '../http/event-stream.js';
import { append, arrive, EMPTY_FEED, type Feed, release, startFeed } from './feed-buffer.js';

/** New rows are drawn this often at most, however fast they come. */
const DRAW_EVERY_MS = 250;
const PAGE_ROWS = 100;

export interface LiveFeed {
  readonly feed: Feed;
  readonly state: StreamState;
  readonly error: unknown;
  readonly loaded: boolean;
  readonly showWaiting: () => void;
  readonly loadOlder: () => void;
}

/** The newest decisions of a filter, and then each as it comes; while `held`, what comes waits. */
export function useLiveFeed(query: string, held: boolean): LiveFeed {
  const [feed, setFeed] = useState<Feed>(EMPTY_FEED);
  const [state, setState] = useState<StreamState>('connecting');
  const [error, setError] = useState<unknown>(undefined);
  const [loaded, setLoaded] = useState(false);
  const heldNow = useRef(held);
  heldNow.current = held;

  useEffect(() => {
    const controller = new AbortController();
    let arrived: DecisionSummary[] = [];
    let close = (): void => {};
    let started = false;
    const load = async (): Promise<void> => {
      try {
        const page = await getJson<DecisionPage>(pageUrl(query), controller.signal);
        setFeed(startFeed(page.decisions, page.next));
        setError(undefined);
        setLoaded(true);
        if (!started) follow(page.decisions[0]?.seq ?? 0);
        started = true;
      } catch (failure) {
        if (!controller.signal.aborted) setError(failure);
      }
    };
    const follow = (newest: number): void => {
      close = openEventStream({
        url: (lastEventId) => streamUrl(query, lastEventId === '' ? String(newest) : lastEventId),
        on: {
          decision: (batch) => {
            arrived.push(...(batch as DecisionSummary[]));
          },
          // We were too slow, and the server went on at the newest.
          behind: () => void load(),
        },
        onState: setState,
      });
    };
    const draw = window.setInterval(() => {
      if (arrived.length === 0) return;
      const batch = arrived;
      arrived = [];
      setFeed((before) => arrive(before, batch, heldNow.current));
    }, DRAW_EVERY_MS);
    setFeed(EMPTY_FEED);
    setLoaded(false);
    void load();
    return () => {
      controller.abort();
      window.clearInterval(draw);
      close();
    };
  }, [query]);

  useEffect(() => {
    if (!held) setFeed(release);
  }, [held]);

  const { older } = feed;
  const loadOlder = useCallback(() => {
    if (older === null) return;
    getJson<DecisionPage>(`${pageUrl(query)}&before=${older}`).then(
      (page) => setFeed((before) => append(before, page.decisions, page.next)),
      setError,
    );
  }, [query, older]);
  const showWaiting = useCallback(() => setFeed(release), []);
  return { feed, state, error, loaded, showWaiting, loadOlder };
}

const pageUrl = (query: string): string => `/api/v1/decisions?limit=${PAGE_ROWS}${query && `&${query}`}`;

const streamUrl = (query: string, after: string): string =>
  `/api/v1/decisions/stream?after=${after}${query && `&${query}`}`;
