import { UnavailableError } from '@tercet/kit';

/** Figures of a consumer's life, and the alarm when they stand still: a silent TCP loss can hang kafkajs for good. */
export class Watchdog {
  private heartbeatAtMs = performance.now();
  private fetchAtMs = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(limitMs: number, onSilence: (error: UnavailableError) => void) {
    this.timer = setInterval(
      () => {
        const { sinceHeartbeatMs, sinceFetchMs } = this.vitals();
        if (Math.max(sinceHeartbeatMs, sinceFetchMs) <= limitMs) return;
        const detail = `no heartbeat for ${sinceHeartbeatMs} ms, no fetch for ${sinceFetchMs} ms`;
        this.stop();
        onSilence(new UnavailableError('broker_unavailable', detail));
      },
      Math.min(1_000, limitMs / 4),
    );
    this.timer.unref();
  }

  heartbeat(): void {
    this.heartbeatAtMs = performance.now();
  }

  fetched(): void {
    this.fetchAtMs = performance.now();
  }

  vitals(): { sinceHeartbeatMs: number; sinceFetchMs: number } {
    const now = performance.now();
    return {
      sinceHeartbeatMs: Math.round(now - this.heartbeatAtMs),
      sinceFetchMs: Math.round(now - this.fetchAtMs),
    };
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
