import { dirname } from 'node:path';
import { type Command, countOption, EXIT, stringOption, UsageError } from '../command.js';
import { complain, print, printJson } from '../output.js';

const DEFAULTS = {
  manifest: 'models/training/manifest.yaml',
  out: 'models/heads/default',
  cards: 'models/cards',
  cache: '.cache/training',
} as const;
const DEFAULT_SEED = 1;

/** `tercet train`. */
export const train: Command = {
  name: 'train',
  summary: 'train the heads from data and write them with their cards',
  usage:
    'train --data MANIFEST|FOLDER [--manifest FILE] [--add-to FOLDER] [--out FOLDER] [--cards FOLDER] [--cache FOLDER] [--seed N]',
  help: `The same data, seed and model give the same files. The data is never copied.

  --data MANIFEST    a training manifest (.yaml, .json), its data files beside it; or
  --data FOLDER      the folder under which the data files of --manifest lie
  --manifest FILE    default ${DEFAULTS.manifest}
  --add-to FOLDER    a head set whose heads stay beside the new ones
  --out FOLDER       default ${DEFAULTS.out}
  --cards FOLDER     default ${DEFAULTS.cards}
  --cache FOLDER     vectors made before; default ${DEFAULTS.cache}
  --seed N           default ${DEFAULT_SEED}
  --json             the figures as JSON`,
  options: {
    data: { type: 'string' },
    manifest: { type: 'string' },
    'add-to': { type: 'string' },
    out: { type: 'string' },
    cards: { type: 'string' },
    cache: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(_, values) {
    const data = stringOption(values, 'data');
    if (data === undefined) throw new UsageError('train needs --data MANIFEST or FOLDER');
    const isManifest = /\.(ya?ml|json)$/i.test(data);
    if (isManifest && stringOption(values, 'manifest') !== undefined)
      throw new UsageError('--data names a manifest already: leave --manifest out');
    // Loaded here: the ONNX runtime is large, and most commands do without it.
    const { TrainingError, trainHeads } = await import('@tercet/training');
    try {
      const { headSetDigest, heads } = await trainHeads({
        dataRoot: isManifest ? dirname(data) : data,
        manifest: isManifest ? data : (stringOption(values, 'manifest') ?? DEFAULTS.manifest),
        addTo: stringOption(values, 'add-to'),
        out: stringOption(values, 'out') ?? DEFAULTS.out,
        cards: stringOption(values, 'cards') ?? DEFAULTS.cards,
        cache: stringOption(values, 'cache') ?? DEFAULTS.cache,
        seed: countOption(values, 'seed', DEFAULT_SEED),
        onProgress: (line) => process.stderr.write(`${line}\n`),
      });
      const figures = heads.map((head) => ({
        name: head.plan.name,
        category: head.plan.category,
        ...head.figures,
      }));
      if (values['json']) printJson({ head_set: headSetDigest, heads: figures });
      else {
        for (const { name, auroc } of figures) print(`${name}  AUROC ${auroc.toFixed(3)}`);
        print(`head set ${headSetDigest}`);
      }
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof TrainingError)) throw error;
      complain(error.message);
      return EXIT.no;
    }
  },
};
