export type { EvalOptions, Suite } from './suites.js';
