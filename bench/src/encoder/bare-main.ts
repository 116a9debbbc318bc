// Entry of the process that runs the bare loop of the modality whose module is named.
import { loadDefinition } from '@tercet/encoder';
import { serveWorker } from '../worker/serve-worker.js';
import { openBareLoop } from './bare-loop.js';
import type { BareRequest } from './bare-messages.js';

const [moduleUrl = ''] = process.argv.slice(2);
const runOnce = await openBareLoop(await loadDefinition(moduleUrl));
serveWorker(({ parts }: BareRequest) => runOnce(parts));
