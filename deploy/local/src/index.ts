export {
  BROKER_MODES,
  type BrokerMode,
  type BrokerOptions,
  type Brokers,
  startBrokers,
} from './brokers/brokers.js';
export { busConfig, ensureTopics } from './ensure-topics.js';
export { freePort } from './process/free-port.js';
export { ManagedProcess, type ProcessOptions } from './process/managed-process.js';
export { type Reaper, startReaper } from './process/reaper.js';
export { type WaitOptions, waitFor } from './process/wait-for.js';
export { REPOSITORY } from './repository.js';
export { type Deployment, ServiceProcess, type ServiceProcessOptions } from './service-process.js';
export { SERVICES, SERVICES_WITHOUT_DERIVERS, type ServiceName } from './services.js';
export { type Stack, type StackOptions, startStack } from './stack.js';
export { type StopSignal, stopOnSignals } from './stop-signal.js';
