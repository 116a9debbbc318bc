import type { QueueChanged } from '../api/review.js';
import { CHANNEL } from '../database/advisory-locks.js';
import type { Database } from '../database/database.js';
import type { EventStream } from '../http/event-stream.js';

/** A busy queue changes many times a second; who looks at it asks again at most this often. */
const COALESCE_MS = 250;

interface Client {
  readonly stream: EventStream;
  readonly sees: (queue: string) => boolean;
}

/** Tells clients which queues changed, whichever process changed them. */
export class QueueChanges implements AsyncDisposable {
  readonly #clients = new Set<Client>();
  readonly #changed = new Set<string>();
  #listener: AsyncDisposable | undefined;
  #timer: NodeJS.Timeout | undefined;

  static async open(database: Database): Promise<QueueChanges> {
    const changes = new QueueChanges();
    changes.#listener = await database.listen(CHANNEL.queue, (queue) => changes.#note(queue));
    return changes;
  }

  add(stream: EventStream, sees: (queue: string) => boolean): void {
    const client = { stream, sees };
    this.#clients.add(client);
    stream.onClose(() => this.#clients.delete(client));
  }

  beat(): void {
    for (const { stream } of this.#clients) if (!stream.isFull) stream.send('heartbeat', {});
  }

  closeAll(): void {
    for (const { stream } of this.#clients) stream.close();
    this.#clients.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.closeAll();
    await this.#listener?.[Symbol.asyncDispose]();
  }

  #note(queue: string): void {
    this.#changed.add(queue);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell([...this.#changed]);
      this.#changed.clear();
    }, COALESCE_MS);
  }

  #tell(queues: readonly string[]): void {
    for (const { stream, sees } of this.#clients)
      for (const queue of queues)
        if (sees(queue) && !stream.isFull) stream.send('queue', { queue } satisfies QueueChanged);
  }
}
