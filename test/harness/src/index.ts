export { type OtlpCollector, startOtlpCollector } from './otlp-collector.js';
export type { Span } from './otlp-json.js';
export { produceBytes, produceItem } from './produce.js';
export { residentBytes } from './resident-bytes.js';
export { startBrokers, uniquePrefix } from './test-brokers.js';
export { startTestStack, type TestStack, type TestStackOptions } from './test-stack.js';
export { waitFor } from './wait-for.js';
