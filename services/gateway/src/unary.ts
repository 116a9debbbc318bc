import type { handleUnaryCall, Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { type Context, context, propagation, trace } from '@opentelemetry/api';
import { asTercetError, getTracer, inSpan } from '@tercet/kit';
import type { GatewayEvents } from './events.js';
import { asStatus } from './status.js';

/** What a method knows of its call beside the request. */
export interface CallInfo {
  /** Aborted when the caller cancels or hangs up. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch; Infinity where the caller set none. */
  readonly deadlineMs: number;
}

/** One method: from a request to its response; throws one of the three kinds of error. */
export type Method<Request, Response> = (request: Request, call: CallInfo) => Promise<Response>;

/** Serves a method: its span, its metrics, and the mapping of its errors. */
export function unary<Request, Response>(
  name: string,
  method: Method<Request, Response>,
  events: GatewayEvents,
): handleUnaryCall<Request, Response> {
  const tracer = getTracer('gateway');
  return (call, callback) => {
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1000;
    const info = new Info(call);
    inSpan(tracer, `gateway.${name}`, parentOf(call.metadata), () => method(call.request, info)).then(
      (response) => {
        events.answered(name, seconds());
        callback(null, response);
      },
      (error: unknown) => {
        const known = asTercetError(error);
        events.refused(name, seconds(), known);
        callback(asStatus(known));
      },
    );
  };
}

/** What most methods never ask for is made when it is asked for. */
class Info implements CallInfo {
  #controller: AbortController | undefined;

  constructor(private readonly call: ServerUnaryCall<unknown, unknown>) {}

  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = new AbortController();
      this.#controller = controller;
      if (this.call.cancelled) controller.abort();
      else this.call.once('cancelled', () => controller.abort());
    }
    return this.#controller.signal;
  }

  get deadlineMs(): number {
    return Number(this.call.getDeadline());
  }
}

/** The context that gRPC's instrumentation made, or the caller's own where there is none. */
function parentOf(metadata: Metadata): Context {
  const active = context.active();
  return trace.getSpan(active) ? active : propagation.extract(active, metadata.getMap());
}
