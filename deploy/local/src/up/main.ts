import { stopOnSignals } from '../stop-signal.js';
import { runUp } from './run-up.js';

process.exit(await runUp({ quiet: process.argv.includes('--quiet') }, stopOnSignals()));
