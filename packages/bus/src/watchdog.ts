import { UnavailableError } from '@tercet/kit';
import type { BusConsumer } from './port.js';

/** What a consumer has been silent in for longer than the limit; undefined: nothing. For `/livez` as for the watchdog itself. */
export function silenceOf(
  { sinceHeartbeatMs, sinceFetchMs }: ReturnType<BusConsumer['vitals']>,
  limitMs: number,
): string | undefined {
  if (Math.max(sinceHeartbeatMs, sinceFetchMs) <= limitMs) return undefined;
  return `no heartbeat for ${sinceHeartbeatMs} ms, no fetch for ${sinceFetchMs} ms`;
}

export interface WatchdogOptions {
  readonly limitMs: number;
  /** Since when a partition that ought to be fetched was not; undefined where every one is. */
  readonly unservedSinceMs: () => number | undefined;
  readonly onSilence: (error: UnavailableError) => void;
  /** Default: the system's, which never goes back. */
  readonly nowMs?: () => number;
}

/** Figures of a consumer's life, and the alarm when they stand still: a silent TCP loss can hang kafkajs for good. */
export class Watchdog {
  private readonly nowMs: () => number;
  private heartbeatAtMs: number;
  private fetchAtMs: number;
  /** Where this process itself stood still, nobody else was silent. */
  private awakeSinceMs: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: WatchdogOptions) {
    const { limitMs, onSilence, nowMs = () => performance.now() } = options;
    this.nowMs = nowMs;
    this.heartbeatAtMs = nowMs();
    this.fetchAtMs = nowMs();
    this.awakeSinceMs = nowMs();
    let tickAtMs = nowMs();
    this.timer = setInterval(
      () => {
        const now = nowMs();
        if (now - tickAtMs > limitMs / 2) this.awakeSinceMs = now;
        tickAtMs = now;
        const detail = silenceOf(this.vitals(), limitMs);
        if (detail === undefined) return;
        this.stop();
        onSilence(new UnavailableError('broker_unavailable', detail));
      },
      Math.min(1_000, limitMs / 4),
    );
    this.timer.unref();
  }

  heartbeat(): void {
    this.heartbeatAtMs = this.nowMs();
  }

  fetched(): void {
    this.fetchAtMs = this.nowMs();
  }

  vitals(): { sinceHeartbeatMs: number; sinceFetchMs: number } {
    const now = this.nowMs();
    const since = (atMs: number) => Math.round(now - Math.max(atMs, this.awakeSinceMs));
    return {
      sinceHeartbeatMs: since(this.heartbeatAtMs),
      sinceFetchMs: since(Math.min(this.fetchAtMs, this.options.unservedSinceMs() ?? now)),
    };
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
