import { type CallOptions, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import {
  type Appeal,
  type Decision,
  type FileAppealResponse,
  type GetDecisionResponse,
  type GetDecisionsResponse,
  type Item,
  type ItemReport,
  ModerationServiceClient,
  type ReportItemResponse,
  type Review,
  type SubmitItemResponse,
  type SubmitReviewResponse,
  type WaitForDecisionResponse,
} from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';

/** The gateway, with promises. Every call ends within `timeoutMs`. */
export interface GatewayClient extends Disposable {
  /** Puts an item on `items`; resolves when Kafka acknowledged it. */
  submitItem(item: Item, timeoutMs?: number): Promise<SubmitItemResponse>;
  /** Puts a review on `reviews`, where it judges the latest revision. */
  submitReview(review: Review, timeoutMs?: number): Promise<SubmitReviewResponse>;
  /** Puts a report of an item on `cases`. `reportId` is the caller's, so that a retry is the same report. */
  reportItem(
    tenant: string,
    itemId: string,
    report: ItemReport,
    timeoutMs?: number,
  ): Promise<ReportItemResponse>;
  /** Puts an appeal on `cases`, where it contests the latest revision. */
  fileAppeal(tenant: string, itemId: string, appeal: Appeal, timeoutMs?: number): Promise<FileAppealResponse>;
  /** What is known of an item: decided, pending or unknown. */
  getDecision(tenant: string, itemId: string, timeoutMs?: number): Promise<GetDecisionResponse>;
  /** Many at once, at most 200; answers in the order of the requests. */
  getDecisions(
    items: readonly { tenant: string; itemId: string }[],
    timeoutMs?: number,
  ): Promise<GetDecisionResponse[]>;
  /** Waits for a decision of `version` or a later one; undefined where it did not come within `timeoutMs`. */
  waitForDecision(
    tenant: string,
    itemId: string,
    version: bigint,
    timeoutMs: number,
  ): Promise<Decision | undefined>;
}

const TIMEOUT_MS = 10_000;
const MAX_MESSAGE_BYTES = 24 * 1024 * 1024;

/** The gateway's answer where it is an error: gRPC's status and, where it sent one, Tercet's code. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  constructor(
    /** gRPC status, such as `INVALID_ARGUMENT`. */
    readonly grpcStatus: string,
    /** A code of packages/contracts; empty where the gateway sent none. */
    readonly code: string,
    detail: string,
    options: { cause?: unknown } = {},
  ) {
    super(detail, options);
  }
}

/** Opens a channel; it connects with the first call. */
export function connectGateway(address: string): GatewayClient {
  const client = new ModerationServiceClient(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
  return {
    submitItem: (item, timeoutMs = TIMEOUT_MS) =>
      unary((...rest) => client.submitItem({ item }, ...rest), timeoutMs, address),
    submitReview: (review, timeoutMs = TIMEOUT_MS) =>
      unary((...rest) => client.submitReview({ review }, ...rest), timeoutMs, address),
    reportItem: (tenant, itemId, report, timeoutMs = TIMEOUT_MS) =>
      unary((...rest) => client.reportItem({ tenant, itemId, report }, ...rest), timeoutMs, address),
    fileAppeal: (tenant, itemId, appeal, timeoutMs = TIMEOUT_MS) =>
      unary((...rest) => client.fileAppeal({ tenant, itemId, appeal }, ...rest), timeoutMs, address),
    getDecision: (tenant, itemId, timeoutMs = TIMEOUT_MS) =>
      unary((...rest) => client.getDecision({ tenant, itemId }, ...rest), timeoutMs, address),
    async getDecisions(items, timeoutMs = TIMEOUT_MS) {
      const requests = items.map(({ tenant, itemId }) => ({ tenant, itemId }));
      const { responses } = await unary<GetDecisionsResponse>(
        (...rest) => client.getDecisions({ requests }, ...rest),
        timeoutMs,
        address,
      );
      return responses;
    },
    async waitForDecision(tenant, itemId, version, timeoutMs) {
      const request = { tenant, itemId, version, revision: 0 };
      try {
        const call = unary<WaitForDecisionResponse>(
          (...rest) => client.waitForDecision(request, ...rest),
          timeoutMs,
          address,
        );
        return (await call).decision;
      } catch (error) {
        if (error instanceof UnavailableError && error.code === 'deadline') return undefined;
        throw error;
      }
    },
    [Symbol.dispose]: () => client.close(),
  };
}

type Rest<Response> = [
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
];

function unary<Response>(
  call: (...rest: Rest<Response>) => unknown,
  timeoutMs: number,
  address: string,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + timeoutMs;
    call(new Metadata(), { deadline }, (error, response) => {
      if (error) reject(asClientError(error, address));
      else resolve(response);
    });
  });
}

function asClientError(error: ServiceError, address: string): UnavailableError | GatewayError {
  const code = String(error.metadata?.get('tercet-code')[0] ?? '');
  const options = { cause: error };
  if (error.code === status.DEADLINE_EXCEEDED) return new UnavailableError('deadline', '', options);
  if (error.code === status.UNAVAILABLE && code === '') {
    return new UnavailableError('deadline', `no gateway answers at ${address}`, options);
  }
  return new GatewayError(status[error.code] ?? String(error.code), code, error.details, options);
}
