import { randomUUID } from 'node:crypto';
import { Appeal, LookupState, splitItemKey } from '@tercet/contracts';
import { connectGateway, type GatewayClient } from '../../gateway-client.js';
import { type Command, countOption, EXIT, stringOption, UsageError } from '../command.js';
import { CONNECTION_HELP, CONNECTION_OPTIONS, gatewayAddress } from '../connection.js';
import { complain, print, printJson } from '../output.js';

/** `tercet appeal TENANT/ITEM`. */
export const appeal: Command = {
  name: 'appeal',
  summary: "contest an item's decision",
  usage: 'appeal TENANT/ITEM --appellant ID --statement TEXT [--version N --revision N] [--id ID] [--json]',
  help: `Exit code 1 where the contested revision is no longer the latest one, or nothing is decided.

  --appellant ID         pseudonymous id of who appeals
  --statement TEXT       why; at most 2,000 characters
  --version N            with --revision: which decision; default: the latest
  --revision N
  --id ID                the appeal's own id; the same id is the same appeal; default: a new one
  --json                 the answer as JSON
${CONNECTION_HELP}`,
  options: {
    ...CONNECTION_OPTIONS,
    appellant: { type: 'string' },
    statement: { type: 'string' },
    version: { type: 'string' },
    revision: { type: 'string' },
    id: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(positionals, values) {
    const [key] = positionals;
    const parts = key === undefined ? undefined : splitItemKey(key);
    if (!parts || positionals.length !== 1) throw new UsageError('appeal wants one TENANT/ITEM');
    const appellantId = stringOption(values, 'appellant');
    const statement = stringOption(values, 'statement');
    if (appellantId === undefined || statement === undefined) {
      throw new UsageError('appeal needs --appellant ID and --statement TEXT');
    }
    if ((values['version'] === undefined) !== (values['revision'] === undefined)) {
      throw new UsageError('--version and --revision go together');
    }
    const named = values['version'] !== undefined && {
      version: BigInt(countOption(values, 'version', 1)),
      revision: countOption(values, 'revision', 1),
    };
    using gateway = connectGateway(gatewayAddress(values));
    const contested = named || (await latest(gateway, parts.tenant, parts.itemId));
    if (!contested) {
      complain(`${key} has no decision to contest`);
      return EXIT.no;
    }
    const { appealId } = await gateway.fileAppeal(
      parts.tenant,
      parts.itemId,
      Appeal.fromPartial({
        appealId: stringOption(values, 'id') ?? randomUUID(),
        ...contested,
        appellantId,
        statement,
      }),
    );
    if (values['json']) printJson({ item_key: key, appeal_id: appealId, ...contested });
    else print(`${key} version ${contested.version} revision ${contested.revision} is appealed: ${appealId}`);
    return EXIT.ok;
  },
};

async function latest(gateway: GatewayClient, tenant: string, itemId: string) {
  const { state, decision } = await gateway.getDecision(tenant, itemId);
  if (state !== LookupState.DECIDED || !decision) return undefined;
  return { version: decision.version, revision: decision.revision };
}
