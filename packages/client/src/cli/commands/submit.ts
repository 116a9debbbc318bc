import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { itemKey } from '@tercet/contracts';
import { connectGateway } from '../../gateway-client.js';
import { parseItemJson } from '../../item-json.js';
import { submitItems } from '../../submit.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { CONNECTION_HELP, CONNECTION_OPTIONS, gatewayAddress, openBus } from '../connection.js';
import { print, printJson } from '../output.js';

/** `tercet submit FILE|-`. */
export const submit: Command = {
  name: 'submit',
  summary: 'put an item, written as JSON, on the pipeline',
  usage: 'submit FILE|- [--grpc] [--json]',
  help: `The item goes to the topic 'items' as it would from any producer; with --grpc, to the gateway.
A small item:

  {"tenant": "acme", "item_id": "post-1", "version": 1,
   "parts": [{"part_id": "title", "modality": "text", "text": "Good morning"}]}

  --grpc                 through the gateway instead of Kafka
  --json                 the answer as JSON
${CONNECTION_HELP}`,
  options: { ...CONNECTION_OPTIONS, grpc: { type: 'boolean' }, json: { type: 'boolean' } },
  async run(positionals, values) {
    const [file] = positionals;
    if (file === undefined || positionals.length !== 1) throw new UsageError('submit wants one file, or -');
    const item = parseItemJson(await readInput(file));
    const key = itemKey(item.tenant, item.itemId);
    let place: { partition: number; offset: bigint };
    if (values['grpc']) {
      using gateway = connectGateway(gatewayAddress(values));
      place = await gateway.submitItem(item);
    } else {
      await using bus = openBus(values);
      const [appended] = await submitItems(bus, [item]);
      if (!appended) throw new Error('This is a bug: an acknowledged record without a place');
      place = appended;
    }
    const { partition, offset } = place;
    if (values['json']) {
      printJson({ item_key: key, version: item.version, partition, offset });
    } else {
      print(
        `${key} version ${item.version} lies at items/${partition}/${offset}\nfollow it: tercet lookup ${key}`,
      );
    }
    return EXIT.ok;
  },
};

async function readInput(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`, {
      cause: error,
    });
  }
}
