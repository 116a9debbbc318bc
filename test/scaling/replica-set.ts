import type { TestStack } from '@tercet/harness';
import { freePort, type Reaper, type ServiceName, ServiceProcess, startReaper } from '@tercet/local';

/** Real processes of one service, as many as the scaler wants: a Deployment of this machine. */
export class ReplicaSet implements AsyncDisposable {
  readonly #reaper: Reaper = startReaper();
  readonly #running: ServiceProcess[] = [];
  readonly #leaving: Promise<void>[] = [];
  #started = 0;

  /** The stack's own process is the first replica. */
  constructor(
    readonly stack: TestStack,
    readonly service: ServiceName,
    readonly env: Readonly<Record<string, string>>,
  ) {}

  get count(): number {
    return 1 + this.#running.length;
  }

  /** Starts or drains processes; the newest go first. Does not wait for them to be ready or gone. */
  async scaleTo(wanted: number): Promise<void> {
    while (this.count < wanted) {
      this.#started += 1;
      const process = new ServiceProcess({
        service: this.service,
        name: `${this.service}-${this.#started + 1}`,
        deployment: this.stack,
        healthPort: await freePort(),
        env: this.env,
        reaper: this.#reaper,
        maxRestarts: 3,
      });
      process.start();
      this.#running.push(process);
    }
    while (this.count > Math.max(1, wanted)) {
      const process = this.#running.pop();
      if (process) this.#leaving.push(process.stop());
    }
  }

  /** Replicas beside the first that answer `/readyz`. */
  async ready(): Promise<number> {
    const answers = await Promise.all(this.#running.map((one) => one.isReady().catch(() => false)));
    return answers.filter(Boolean).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#leaving, ...this.#running.map((one) => one.stop())]);
    await this.#reaper.stop();
  }
}
