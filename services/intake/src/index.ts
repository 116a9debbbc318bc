export { readPinSettings } from './config.js';
export { deadLetter } from './dead-letter.js';
export { loadPins, type PinSettings } from './load-pins.js';
export { datedParts, type ItemPlan, type Pins, planItem } from './plan-item.js';
export { type FindPins, type Prepared, prepareRecord } from './prepare-record.js';
