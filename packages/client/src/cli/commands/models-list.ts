import { type Command, EXIT } from '../command.js';
import { formatBytes } from '../format-bytes.js';
import { print, printJson } from '../output.js';

/** `tercet models list`. */
export const modelsList: Command = {
  name: 'models list',
  summary: 'show the pinned models',
  usage: 'models list [--json]',
  help: `A star marks the model that its slot stands for.

  --json    the list as JSON`,
  options: { json: { type: 'boolean' } },
  async run(_, values) {
    // Loaded here: the ONNX runtime is large, and most commands do without it.
    const { listModels } = await import('@tercet/models');
    const models = await listModels();
    if (values['json']) {
      printJson(models);
      return EXIT.ok;
    }
    const width = Math.max(...models.map(({ name }) => name.length));
    for (const model of models) {
      const star = model.isDefault ? '*' : ' ';
      const built = model.built ? 'built' : 'not built';
      const size = formatBytes(model.graphBytes).padStart(7);
      print(
        `${model.slot.padEnd(6)} ${star} ${model.name.padEnd(width)}  ${model.version}  ${size}  ${built.padEnd(9)}  ${model.license}  ${model.digest.slice(0, 12)}`,
      );
    }
    return EXIT.ok;
  },
};
