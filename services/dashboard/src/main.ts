import { runService } from '@tercet/kit';
import { readConfig } from './config.js';
import { start } from './start.js';

await runService('dashboard', readConfig, start);
