import { setFlagsFromString } from 'node:v8';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { createBus } from '@tercet/bus';
import {
  type GetDecisionRequest,
  type ModerationServiceServer,
  ModerationServiceService,
} from '@tercet/contracts';
import { NO_PRETENURING, type RunningService, type ServiceContext } from '@tercet/kit';
import type { GatewayConfig } from './config.js';
import { tailDecisions } from './decision-tail.js';
import { type EncodedLookup, serializeLookup } from './encoded-lookup.js';
import { createEvents } from './events.js';
import { openLookup } from './join-lookup.js';
import { fileAppeal } from './methods/file-appeal.js';
import { getDecision } from './methods/get-decision.js';
import { getDecisions } from './methods/get-decisions.js';
import { reportItem } from './methods/report-item.js';
import { submitItem } from './methods/submit-item.js';
import { submitReview } from './methods/submit-review.js';
import { waitForDecision } from './methods/wait-for-decision.js';
import { Publisher } from './publisher.js';
import { serveGrpc } from './server.js';
import { unary } from './unary.js';
import { Waiters } from './waiters.js';

const SERVICE = 'tercet.v1.ModerationService';

const definition = {
  ...ModerationServiceService,
  getDecision: { ...ModerationServiceService.getDecision, responseSerialize: serializeLookup },
};
type Implementation = Omit<ModerationServiceServer, 'getDecision'> & {
  readonly getDecision: handleUnaryCall<GetDecisionRequest, EncodedLookup>;
};

/** Wires the gateway: producer, look-up, tail of decisions, and the gRPC server. */
export async function start(config: GatewayConfig, service: ServiceContext): Promise<RunningService> {
  setFlagsFromString(NO_PRETENURING);
  const { logger, readiness } = service;
  readiness.require('redis');
  readiness.require('listening');
  const waiters = new Waiters(config.maxWaiters);
  const events = createEvents(logger, () => waiters.count);
  const bus = createBus(config.bus, logger);
  const publisher = new Publisher(bus, config.publisher);
  const lookup = await openLookup(config, bus, events, () => readiness.set('redis', true));
  const tailing = new AbortController();
  const tail = tailDecisions(bus, waiters, events, tailing.signal);
  const { lookUp, lookUpEncoded } = lookup;
  const implementation: Implementation = {
    submitItem: unary('SubmitItem', submitItem(publisher.send, config.limits), events),
    getDecision: unary('GetDecision', getDecision(lookUpEncoded), events),
    getDecisions: unary('GetDecisions', getDecisions(lookUp), events),
    waitForDecision: unary('WaitForDecision', waitForDecision(lookUp, waiters, config.maxWaitMs), events),
    submitReview: unary('SubmitReview', submitReview(lookUp, publisher.send), events),
    reportItem: unary('ReportItem', reportItem(publisher.send), events),
    fileAppeal: unary('FileAppeal', fileAppeal(lookUp, publisher.send), events),
  };
  const server = await serveGrpc(config, SERVICE, definition, implementation);
  events.listening(config.host, server.port);
  readiness.set('listening', true);
  return {
    finished: tail,
    async [Symbol.asyncDispose]() {
      readiness.set('listening', false);
      waiters.close();
      await server[Symbol.asyncDispose]();
      tailing.abort();
      await tail.catch(() => undefined);
      await publisher[Symbol.asyncDispose]();
      await lookup[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}
