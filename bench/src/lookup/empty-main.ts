// A gRPC server as the gateway's own, whose GetDecision answers nothing: what the gateway cannot beat.
import {
  GetDecisionResponse,
  type ModerationServiceServer,
  ModerationServiceService,
} from '@tercet/contracts';
import { serveGrpc } from '@tercet/gateway';

const NOTHING = GetDecisionResponse.create();
const SERVICE = 'tercet.v1.ModerationService';

const implementation: ModerationServiceServer = {
  getDecision: (_call, callback) => callback(null, NOTHING),
  getDecisions: (_call, callback) => callback(null, { responses: [] }),
  waitForDecision: (_call, callback) => callback(null, { decision: undefined }),
  submitItem: (_call, callback) => callback(new Error('not here')),
  submitReview: (_call, callback) => callback(new Error('not here')),
  reportItem: (_call, callback) => callback(new Error('not here')),
  fileAppeal: (_call, callback) => callback(new Error('not here')),
};
const server = await serveGrpc(
  { host: '127.0.0.1', port: 0 },
  SERVICE,
  ModerationServiceService,
  implementation,
);
process.stdout.write(`listening ${server.port}\n`);
process.on('SIGTERM', () => process.exit(0));
