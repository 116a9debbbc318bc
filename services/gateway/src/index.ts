export { type GrpcServer, serveGrpc } from './server.js';
export { asStatus, CODE_TRAILER } from './status.js';
export { satisfies, Waiters, type Wanted } from './waiters.js';
