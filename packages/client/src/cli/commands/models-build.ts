import { type Command, EXIT } from '../command.js';
import { modelProgressLines } from '../model-progress.js';
import { print, printJson } from '../output.js';

/** `tercet models build`. */
export const modelsBuild: Command = {
  name: 'models build',
  summary: 'download and build the pinned models',
  usage: 'models build [NAME...] [--json]',
  help: `All of models/models.lock.json, or those named (by name or slot). What is in the cache is left alone.

  --json    the result as JSON`,
  options: { json: { type: 'boolean' } },
  async run(positionals, values) {
    // Loaded here: the ONNX runtime is large, and most commands do without it.
    const { buildModels } = await import('@tercet/models');
    const onProgress = modelProgressLines((line) => process.stderr.write(`${line}\n`));
    const only = positionals.length > 0 ? { only: positionals } : {};
    const models = await buildModels({ ...only, onProgress });
    if (values['json']) printJson(models);
    else for (const { name, version, digest } of models) print(`${name} ${version}  ${digest}`);
    return EXIT.ok;
  },
};
