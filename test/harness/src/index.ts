export { type DashboardClient, type LocalLogin, loginToDashboard } from './dashboard-client.js';
export { type OtlpCollector, startOtlpCollector } from './otlp-collector.js';
export type { Span } from './otlp-json.js';
export { type Postgres, startPostgres } from './postgres.js';
export { produceBytes, produceItem } from './produce.js';
export { residentBytes } from './resident-bytes.js';
export { startBrokers, uniquePrefix } from './test-brokers.js';
export { startTestStack, type TestStack, type TestStackOptions } from './test-stack.js';
export { waitFor } from './wait-for.js';
