export { createBus } from './create-bus.js';
export { type DeadLetterReason, deadLetter } from './dead-letter.js';
export { FENCE_KEY } from './fence-key.js';
export type * from './port.js';
export { recordContext, withTraceHeaders } from './trace-headers.js';
export { silenceOf } from './watchdog.js';
