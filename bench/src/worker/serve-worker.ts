import { asTercetError } from '@tercet/kit';

/** What a worker process tells its client. */
export type FromWorker<Answer> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly detail: string };

/** The worker's side of {@link WorkerProcess}: answers one request at a time, until its parent goes. */
export function serveWorker<Request, Answer>(work: (request: Request) => Promise<Answer>): void {
  const say = (message: FromWorker<Answer>): void => void process.send?.(message);
  process.on('message', (request: Request) => {
    work(request).then(
      (answer) => say({ kind: 'answer', answer }),
      (error: unknown) => say({ kind: 'failed', detail: String(asTercetError(error).stack) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
  say({ kind: 'ready' });
}
