export { type ContentStore, isSha256, sha256Hex } from './content-store.js';
export { createContentStore, isContentStoreUrl } from './content-store-url.js';
export { asTercetError, BugError, InvalidInputError, type TercetError, UnavailableError } from './errors.js';
export { createFetcher, type Fetcher, type FetcherOptions } from './fetcher.js';
export { type AddressRules, checkAddress } from './fetcher-address.js';
export { Readiness } from './health.js';
export type { LogFields, Logger } from './logger.js';
export type { RunningService, ServiceContext, StartService } from './service.js';
