export type StreamState = 'connecting' | 'live' | 'lost';

interface StreamOptions {
  /** Address to open; gets the id of the last event seen, so that the server goes on behind it. */
  readonly url: (lastEventId: string) => string;
  readonly on: Readonly<Record<string, (data: unknown) => void>>;
  readonly onState?: (state: StreamState) => void;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8000;
/** The server sends a heartbeat every 10 s; three missing ones mean that the line is dead. */
const SILENCE_MS = 30_000;

/**
 * Server-sent events that come back by themselves. The browser's own retry gives up for good where a restarting server or a
 * proxy answers with an error, and it does not notice a silent line. A tab that nobody sees holds no line: browsers allow six
 * to a server, for all tabs together.
 */
export function openEventStream({ url, on, onState }: StreamOptions): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let lastEventId = '';
  let retryMs = FIRST_RETRY_MS;

  const hangUp = (): void => {
    window.clearTimeout(timer);
    source?.close();
  };
  const expectMore = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(retry, SILENCE_MS);
  };
  const open = (): void => {
    hangUp();
    onState?.('connecting');
    source = new EventSource(url(lastEventId));
    source.onopen = () => {
      retryMs = FIRST_RETRY_MS;
      onState?.('live');
      expectMore();
    };
    source.onerror = retry;
    source.addEventListener('heartbeat', expectMore);
    for (const [name, handle] of Object.entries(on)) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        if (event.lastEventId !== '') lastEventId = event.lastEventId;
        expectMore();
        handle(JSON.parse(event.data));
      });
    }
    expectMore();
  };
  const retry = (): void => {
    hangUp();
    onState?.('lost');
    // Spread out, so that a restarted server is not met by everybody at once.
    timer = window.setTimeout(open, retryMs * (0.5 + Math.random()));
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  };
  const onVisibility = (): void => (document.hidden ? hangUp() : open());
  document.addEventListener('visibilitychange', onVisibility);
  if (!document.hidden) open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    hangUp();
  };
}
