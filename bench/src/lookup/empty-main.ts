// A gRPC server as the gateway's own, whose GetDecision looks nothing up: what the gateway cannot beat. It answers nothing, or
// the same decision each time, of as many bytes as it is told.
import {
  GetDecisionResponse,
  type ModerationServiceServer,
  ModerationServiceService,
} from '@tercet/contracts';
import { serveGrpc } from '@tercet/gateway';

const SERVICE = 'tercet.v1.ModerationService';
const NOTHING = GetDecisionResponse.create();
const answerBytes = Number(process.argv[2] ?? 0);
const answer = Buffer.from(
  GetDecisionResponse.encode(
    answerBytes === 0
      ? NOTHING
      : GetDecisionResponse.fromPartial({ decision: { itemKey: 'x'.repeat(answerBytes) } }),
  ).finish(),
);
const definition = {
  ...ModerationServiceService,
  getDecision: { ...ModerationServiceService.getDecision, responseSerialize: () => answer },
};

const implementation: ModerationServiceServer = {
  getDecision: (_call, callback) => callback(null, NOTHING),
  getDecisions: (_call, callback) => callback(null, { responses: [] }),
  waitForDecision: (_call, callback) => callback(null, { decision: undefined }),
  submitItem: (_call, callback) => callback(new Error('not here')),
  submitReview: (_call, callback) => callback(new Error('not here')),
  reportItem: (_call, callback) => callback(new Error('not here')),
  fileAppeal: (_call, callback) => callback(new Error('not here')),
};
const server = await serveGrpc({ host: '127.0.0.1', port: 0 }, SERVICE, definition, implementation);
process.stdout.write(`listening ${server.port}\n`);
process.on('SIGTERM', () => process.exit(0));
