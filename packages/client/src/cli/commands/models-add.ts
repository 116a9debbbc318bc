import { resolve } from 'node:path';
import { UnavailableError } from '@tercet/kit';
import { type Command, EXIT, stringOption, UsageError } from '../command.js';
import { complain, print, printJson } from '../output.js';

/** `tercet models add`. */
export const modelsAdd: Command = {
  name: 'models add',
  summary: 'install a model from a file of your own',
  usage: 'models add NAME --file PATH [--json]',
  help: `For models of models/models.lock.json that no package registry has, such as yamnet. The file is held against its
pinned sha256, copied into the model cache, where services and evaluation find it, and built. Services see it when they
are started again. Exit code 1 where it is another file.

  --file PATH    the model's file as its authors published it
  --json         the model as JSON`,
  options: { file: { type: 'string' }, json: { type: 'boolean' } },
  async run(positionals, values) {
    const [name, ...more] = positionals;
    const file = stringOption(values, 'file');
    if (name === undefined || more.length > 0) throw new UsageError('models add wants one model');
    if (file === undefined) throw new UsageError('models add wants --file PATH');
    // Loaded here: the ONNX runtime is large, and most commands do without it.
    const { addModel } = await import('@tercet/models');
    try {
      const model = await addModel(name, resolve(file));
      if (values['json']) printJson(model);
      else print(`${model.name} ${model.version}  ${model.digest}`);
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      // Another try with the same file would end the same way.
      complain(error.detail);
      return EXIT.no;
    }
  },
};
