import { type Command, EXIT } from '../command.js';
import { print, printJson } from '../output.js';

/** `tercet models verify`. */
export const modelsVerify: Command = {
  name: 'models verify',
  summary: 'hold every cached model against its pinned sha256',
  usage: 'models verify [--json]',
  help: `Exit code 1 where one is missing, was changed, or may not be loaded. What only a user's own file can give and nobody has
given (tercet models add) is absent, which is no error.

  --json    the verdicts as JSON`,
  options: { json: { type: 'boolean' } },
  async run(_, values) {
    // Loaded here: the ONNX runtime is large, and most commands do without it.
    const { verifyModels } = await import('@tercet/models');
    const verdicts = await verifyModels();
    if (values['json']) printJson(verdicts);
    else
      for (const { name, state, detail } of verdicts)
        print(`${state.padEnd(8)}  ${name}  ${detail}`.trimEnd());
    return verdicts.every(({ state }) => state === 'ok' || state === 'absent') ? EXIT.ok : EXIT.no;
  },
};
