import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UnavailableError } from '@tercet/kit';
import { REPOSITORY } from '../repository.js';
import { SERVICES } from '../services.js';
import { DASHBOARD_PORT, type Stack, startStack } from '../stack.js';
import { removeStackFile, writeStackFile } from '../stack-file.js';
import type { StopSignal } from '../stop-signal.js';
import { hasSoundModel, heardItems } from './items/heard.js';
import { oneModalityItems } from './items/one-modality.js';
import { severalModalitiesItems } from './items/several-modalities.js';
import { editedItem, troubledItems } from './items/troubled.js';
import { makeMedia } from './media/media.js';
import type { DemoOptions } from './options.js';
import { isGood } from './outcome.js';
import { renderResult } from './render-result.js';
import { resultJson } from './result-json.js';
import { sendItems } from './send-items.js';
import { type SilentStorage, startSilentStorage } from './silent-storage.js';
import { paintFor } from './style.js';

const EXIT = { ok: 0, wrong: 1, unavailable: 69, stopped: 130 } as const;

/** Runs the demo; resolves with its exit code when everything that it started is gone. */
export async function runDemo(options: DemoOptions, stop: StopSignal): Promise<number> {
  const dataDir = `${REPOSITORY}/.run/demo-${randomBytes(4).toString('hex')}`;
  mkdirSync(dataDir, { recursive: true });
  await using storage = await startSilentStorage();
  let stack: Stack | undefined;
  let keepData = options.keep;
  try {
    const [media, started] = await Promise.all([
      makeMedia(),
      startDemoStack(dataDir, storage, options.once, stop.signal),
    ]);
    stack = started;
    if (!media.hasSpeech) say('espeak-ng is not installed: tones stand in for speech');
    const hears = await hasSoundModel();
    if (!hears) say('yamnet is not installed (tercet models add): no item with shots to be heard');
    const [first, edit] = editedItem(media);
    const items = [
      ...oneModalityItems(media),
      ...severalModalitiesItems(media),
      ...(hears ? heardItems() : []),
      ...troubledItems(media, storage.address('photo.jpg')),
      first,
    ];
    const result = await sendItems({ stack, items, edit, report: say, signal: stop.signal });
    // The encoder that still asks there is told no, and need not be waited for.
    await storage[Symbol.asyncDispose]();
    process.stdout.write(renderResult(result, paintFor(process.stdout)));
    if (options.json !== undefined) writeFileSync(resolve(options.json), resultJson(result));
    if (!isGood(result)) keepData = true;
    if (!options.once && !stop.signal.aborted) {
      writeStackFile({ pid: process.pid, ...stack });
      process.stdout.write(hints(stack));
      await stop.requested;
    }
    return isGood(result) ? EXIT.ok : EXIT.wrong;
  } catch (error) {
    if (stop.signal.aborted) return EXIT.stopped;
    keepData = true;
    if (!(error instanceof UnavailableError)) throw error;
    say(error.message);
    return EXIT.unavailable;
  } finally {
    removeStackFile();
    if (stack) say('stopping');
    await stack?.stop();
    if (keepData) say(`data and logs: ${dataDir}`);
    else rmSync(dataDir, { recursive: true, force: true });
  }
}

function startDemoStack(
  dataDir: string,
  storage: SilentStorage,
  once: boolean,
  signal: AbortSignal,
): Promise<Stack> {
  return startStack({
    dataDir,
    // A demo that ends by itself has nobody to look at pages.
    services: SERVICES.filter((name) => !once || name !== 'dashboard'),
    dashboardPort: DASHBOARD_PORT,
    // Its lifetime is decided here, by the result.
    keepData: true,
    // Apart from whatever else uses external brokers, and from an earlier demo.
    prefix: `demo-${randomBytes(4).toString('hex')}.`,
    env: storage.env,
    report: say,
    signal,
  });
}

function hints(stack: Stack): string {
  return `
The stack stays up until Ctrl-C: Kafka at ${stack.kafkaBrokers.join(',')}, the gateway at ${stack.grpcAddress},
the moderators' dashboard at ${stack.dashboardUrl} (log in with any name; a lead sees everything but child safety).
In another terminal:

  npx tercet lookup demo/all-threat
  echo '{"tenant": "demo", "item_id": "mine", "version": 1,
         "parts": [{"part_id": "body", "modality": "text", "text": "Good evening"}]}' | npx tercet submit -
  npx tercet wait demo/mine

`;
}

function say(line: string): void {
  process.stderr.write(`demo   ${line}\n`);
}
