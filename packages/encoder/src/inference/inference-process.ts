import { encoderDigest } from '../encoder-digest.js';
import type { PartInput } from '../modality.js';
import { failureOf } from './failure.js';
import { loadDefinition } from './load-modality.js';
import type { FromInference, InferenceSettings, ToInference } from './messages.js';
import { findOptional, openModels } from './open-models.js';
import { Scheduler } from './scheduler.js';
import { SessionSet } from './session-set.js';
import { Sessions } from './sessions.js';
import { warmUp } from './warm-up.js';

const BEAT_MS = 1000;

/** The channel to the main process, as `process` is one in a forked child. */
export interface Channel {
  send(message: FromInference): void;
  onMessage(handler: (message: ToInference) => void): void;
  /** Sends a last message and ends the process. */
  end(message: FromInference): void;
}

/** The inference process: opens the models, warms up, and answers parts until its channel closes. */
export function serveInference(channel: Channel): void {
  let scheduler: Scheduler<unknown> | undefined;
  const fail = (error: unknown): void => {
    channel.end({ kind: 'failed', failure: failureOf(error) });
  };
  channel.onMessage((message) => {
    if (message.kind === 'start') {
      start(message.settings, channel, fail).then((started) => {
        scheduler = started;
      }, fail);
    } else if (message.kind === 'embed') {
      scheduler?.submit(message.parts);
    } else {
      scheduler?.cancel(message.ids);
    }
  });
  setInterval(() => {
    channel.send({ kind: 'beat', rssBytes: process.memoryUsage.rss(), waiting: scheduler?.waiting ?? 0 });
  }, BEAT_MS).unref();
}

async function start(
  settings: InferenceSettings,
  channel: Channel,
  fail: (error: unknown) => void,
): Promise<Scheduler<unknown>> {
  const startedAt = performance.now();
  const definition = await loadDefinition(settings.moduleUrl);
  const modalitySettings: unknown = JSON.parse(settings.modalitySettings);
  const sessions: Pick<Sessions, 'open' | 'run'> = definition.runsInPlace
    ? new SessionSet()
    : new Sessions(fail);
  const required = definition.models(modalitySettings);
  const { present, absent } = await findOptional(definition.optionalModels ?? [], settings.modelFiles);
  const { models, refs } = await openModels({ ...required, ...present }, sessions, settings);
  const modality = definition.create(models, modalitySettings);
  const loadedAt = performance.now();
  const samples: readonly PartInput[] = await definition.samples(modalitySettings);
  await warmUp(
    modality,
    samples,
    async (slot, inputs, how) => (await sessions.run(slot, inputs, how)).outputs,
  );
  const scheduler = new Scheduler(modality, sessions, settings, {
    onAnswers: (answers) => channel.send({ kind: 'answers', answers }),
    onBatch: (size) => channel.send({ kind: 'batch', size }),
    onHung: () => channel.end({ kind: 'hung' }),
  });
  channel.send({
    kind: 'ready',
    ready: {
      encoderDigest: encoderDigest(definition.name, refs, modalitySettings),
      models: Object.values(refs),
      absent,
      loadMs: loadedAt - startedAt,
      warmUpMs: performance.now() - loadedAt,
    },
  });
  return scheduler;
}
