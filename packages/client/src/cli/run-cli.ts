import { parseArgs } from 'node:util';
import { ConfigError, InvalidInputError, UnavailableError } from '@tercet/kit';
import { GatewayError } from '../gateway-client.js';
import { type Command, EXIT, UsageError } from './command.js';
import { COMMANDS } from './commands.js';
import { commandHelp, overview } from './help.js';
import { complain, print } from './output.js';

/** Runs `tercet ARGS`; resolves with the exit code: 0 done, 1 no, 2 called wrongly, 69 not available. */
export async function runCli(args: readonly string[]): Promise<number> {
  const [first] = args;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    print(overview(COMMANDS));
    return first === undefined ? EXIT.usage : EXIT.ok;
  }
  const command = findCommand(args);
  if (!command) {
    complain(`tercet has no command '${args.slice(0, 2).join(' ')}'; see tercet --help`);
    return EXIT.usage;
  }
  const rest = args.slice(command.name.split(' ').length);
  if (rest.some((arg) => arg === '--help' || arg === '-h')) {
    print(commandHelp(command));
    return EXIT.ok;
  }
  try {
    const { values, positionals } = parse(command, rest);
    return await command.run(positionals, values);
  } catch (error) {
    return explain(command, error);
  }
}

/** The command with the most words that the arguments begin with. */
function findCommand(args: readonly string[]): Command | undefined {
  const said = (command: Command) => command.name.split(' ').every((word, index) => args[index] === word);
  return [...COMMANDS].sort((a, b) => b.name.length - a.name.length).find(said);
}

function parse(command: Command, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: command.options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function explain(command: Command, error: unknown): number {
  if (error instanceof UsageError) {
    complain(`${error.message}\nusage: tercet ${command.usage}`);
    return EXIT.usage;
  }
  if (error instanceof ConfigError) {
    complain(error.message);
    return EXIT.usage;
  }
  if (error instanceof UnavailableError) {
    complain(error.detail === '' ? error.message : error.detail);
    return EXIT.unavailable;
  }
  if (error instanceof InvalidInputError) {
    complain(error.message);
    return EXIT.no;
  }
  if (error instanceof GatewayError) {
    complain(`${error.grpcStatus}${error.code === '' ? '' : ` (${error.code})`}: ${error.message}`);
    return error.grpcStatus === 'UNAVAILABLE' ? EXIT.unavailable : EXIT.no;
  }
  throw error;
}
