// Entry of the process that calls GetDecision. It neither builds requests nor reads answers, so that it costs little.
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { GetDecisionRequest } from '@tercet/contracts';
import { percentilesOf } from '../join/percentiles.js';
import { closedLoop, openLoop } from '../open-loop.js';
import { serveWorker } from '../worker/serve-worker.js';
import type { LoadAnswer, LoadRequest } from './grpc-load.js';

const PATH = '/tercet.v1.ModerationService/GetDecision';
const CHANNELS = 2;
const asIs = (bytes: Buffer): Buffer => bytes;
const clients = new Map<string, Client[]>();

function clientsOf(address: string): Client[] {
  const known = clients.get(address);
  if (known) return known;
  // Channels of one address share a connection unless told otherwise.
  const made = Array.from(
    { length: CHANNELS },
    () => new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }),
  );
  clients.set(address, made);
  return made;
}

serveWorker(async ({ address, tenant, itemIds, load }: LoadRequest): Promise<LoadAnswer> => {
  const requests = itemIds.map((itemId) =>
    Buffer.from(GetDecisionRequest.encode({ tenant, itemId }).finish()),
  );
  const channels = clientsOf(address);
  let bytes = 0;
  const call = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const client = channels[index % channels.length] as Client;
      const request = requests[index % requests.length] as Buffer;
      client.makeUnaryRequest(PATH, asIs, asIs, request, (error: ServiceError | null, answer?: Buffer) => {
        bytes += answer?.length ?? 0;
        if (error) reject(error);
        else resolve();
      });
    });
  if ('concurrency' in load) {
    const { count, seconds } = await closedLoop(load, call);
    return { perSecond: count / seconds, count, p50: 0, p99: 0, failures: 0, answerBytes: bytes / count };
  }
  const { latenciesMs, failures } = await openLoop(load, call);
  const { p50, p99 } = percentilesOf(latenciesMs);
  const count = latenciesMs.length;
  return { perSecond: load.perSecond, count, p50, p99, failures, answerBytes: bytes / count };
});
