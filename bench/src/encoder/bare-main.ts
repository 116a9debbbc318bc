// Entry of the process that runs the bare loop; bare-process.ts is its client.
import { loadDefinition } from '@tercet/encoder';
import { openBareLoop } from './bare-loop.js';
import type { FromBare, ToBare } from './bare-messages.js';

const [moduleUrl = ''] = process.argv.slice(2);
const runOnce = await openBareLoop(await loadDefinition(moduleUrl));
const say = (message: FromBare): void => void process.send?.(message);

process.on('message', async ({ texts }: ToBare) => say({ kind: 'timed', ...(await runOnce(texts)) }));
process.on('disconnect', () => process.exit(0));
say({ kind: 'ready' });
