import { derivers, environment, ports, references, secrets, textModel } from './environment.js';
import { gpu, images, jobs } from './images.js';
import { network } from './network.js';
import {
  disruption,
  everyService,
  grace,
  limits,
  models,
  probes,
  restricted,
  selectors,
  serviceAccounts,
  spread,
} from './pods.js';
import type { Rule } from './rule.js';
import { ownLag, replicas, slowDown } from './scaling.js';

export const RULES: readonly Rule[] = [
  everyService,
  limits,
  probes,
  grace,
  restricted,
  serviceAccounts,
  disruption,
  spread,
  selectors,
  models,
  images,
  jobs,
  gpu,
  ownLag,
  replicas,
  slowDown,
  environment,
  derivers,
  textModel,
  ports,
  secrets,
  references,
  network,
];
