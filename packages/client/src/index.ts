export {
  type DeadLetter,
  type DeadLetterQuery,
  findDeadLetters,
  parseRecordPlace,
  readDeadLetter,
} from './dead-letters.js';
export {
  type Audit,
  auditDecisions,
  type LoggedDecision,
  type LoggedOpening,
  readDecisionLog,
  readOpenings,
} from './decision-log.js';
export { connectGateway, type GatewayClient, GatewayError } from './gateway-client.js';
export { itemToJson, parseItemJson } from './item-json.js';
export { type ItemEncoding, submitItems } from './submit.js';
