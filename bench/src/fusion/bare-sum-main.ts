// Entry of the process that runs the bare sum: Kafka's address, the prefix, Redis' URL.
import { createBus } from '@tercet/bus';
import { silentLogger } from '@tercet/kit';
import { busConfig } from '@tercet/local';
import { serveWorker } from '../worker/serve-worker.js';
import { openBareSum } from './bare-sum.js';

const [kafka = '', prefix = '', redisUrl = ''] = process.argv.slice(2);
serveWorker(await openBareSum(createBus(busConfig([kafka], prefix), silentLogger()), redisUrl));
