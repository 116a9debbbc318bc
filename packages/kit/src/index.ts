export type { ContentStore } from './content-store.js';
export { asTercetError, BugError, InvalidInputError, type TercetError, UnavailableError } from './errors.js';
export { Readiness } from './health.js';
export type { LogFields, Logger } from './logger.js';
export type { RunningService, ServiceContext, StartService } from './service.js';
