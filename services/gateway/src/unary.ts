import type { handleUnaryCall, ServerUnaryCall } from '@grpc/grpc-js';
import { type Span, trace } from '@opentelemetry/api';
import { asTercetError } from '@tercet/kit';
import type { GatewayEvents } from './events.js';
import { asStatus, tercetCode } from './status.js';

/** What a method knows of its call beside the request. */
export interface CallInfo {
  /** Aborted when the caller cancels or hangs up. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch; Infinity where the caller set none. */
  readonly deadlineMs: number;
}

/** One method: from a request to its response; throws, or rejects with, one of the three kinds of error. */
export type Method<Request, Response> = (request: Request, call: CallInfo) => Promise<Response>;

const CODE_ATTRIBUTE = 'tercet.code';

/** Serves a method: its span, its metrics, and the mapping of its errors. */
export function unary<Request, Response>(
  name: string,
  method: Method<Request, Response>,
  events: GatewayEvents,
): handleUnaryCall<Request, Response> {
  const spanName = `gateway.${name}`;
  return (call, callback) => {
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1000;
    const span = callSpan(spanName);
    const refuse = (error: unknown) => {
      const known = asTercetError(error);
      span?.setAttribute(CODE_ATTRIBUTE, tercetCode(known));
      events.refused(name, seconds(), known);
      callback(asStatus(known));
    };
    const answer = (response: Response) => {
      events.answered(name, seconds());
      callback(null, response);
    };
    try {
      method(call.request, new Info(call)).then(answer, refuse);
    } catch (error) {
      refuse(error);
    }
  };
}

/**
 * gRPC's instrumentation has made a span of the call, the child of the caller's; it takes our name. A second one inside
 * it would say the same at a price.
 */
function callSpan(name: string): Span | undefined {
  return trace.getActiveSpan()?.updateName(name);
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
