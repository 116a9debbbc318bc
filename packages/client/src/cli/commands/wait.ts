import { splitItemKey } from '@tercet/contracts';
import { connectGateway } from '../../gateway-client.js';
import { type Command, countOption, EXIT, UsageError } from '../command.js';
import { CONNECTION_HELP, CONNECTION_OPTIONS, gatewayAddress } from '../connection.js';
import { decisionJson, decisionText } from '../describe.js';
import { complain, print, printJson } from '../output.js';

const DEFAULT_TIMEOUT_S = 30;

/** `tercet wait TENANT/ITEM`. */
export const wait: Command = {
  name: 'wait',
  summary: "wait for an item's decision",
  usage: 'wait TENANT/ITEM [--version N] [--timeout SECONDS] [--json]',
  help: `Exit code 1 where no decision came in time.

  --version N            of this version or a later one; default 1
  --timeout SECONDS      default ${DEFAULT_TIMEOUT_S}
  --json                 the decision as JSON
${CONNECTION_HELP}`,
  options: {
    ...CONNECTION_OPTIONS,
    version: { type: 'string' },
    timeout: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(positionals, values) {
    const [key] = positionals;
    const parts = key === undefined ? undefined : splitItemKey(key);
    if (!parts || positionals.length !== 1) throw new UsageError('wait wants one TENANT/ITEM');
    const version = BigInt(countOption(values, 'version', 1));
    const timeoutS = countOption(values, 'timeout', DEFAULT_TIMEOUT_S);
    using gateway = connectGateway(gatewayAddress(values));
    const decision = await gateway.waitForDecision(parts.tenant, parts.itemId, version, timeoutS * 1000);
    if (!decision) {
      complain(`no decision within ${timeoutS} s`);
      return EXIT.no;
    }
    if (values['json']) printJson(decisionJson(decision));
    else print(decisionText(decision));
    return EXIT.ok;
  },
};
