import { LookupState, splitItemKey } from '@tercet/contracts';
import { type DeadLetter, findDeadLetters, parseRecordPlace } from '../../dead-letters.js';
import { connectGateway } from '../../gateway-client.js';
import { type Command, EXIT, type OptionValues, stringOption, UsageError } from '../command.js';
import { CONNECTION_HELP, CONNECTION_OPTIONS, gatewayAddress, openBus } from '../connection.js';
import { deadLetterJson, deadLetterText, decisionJson, decisionText } from '../describe.js';
import { print, printJson } from '../output.js';

const STATE_NAMES: Readonly<Record<number, string>> = {
  [LookupState.DECIDED]: 'decided',
  [LookupState.PENDING]: 'pending',
  [LookupState.UNKNOWN]: 'unknown',
};

/** `tercet lookup TENANT/ITEM`. */
export const lookup: Command = {
  name: 'lookup',
  summary: "show an item's decision, or the dead letter that it became",
  usage: 'lookup TENANT/ITEM [--json] | lookup --record TOPIC/PARTITION/OFFSET [--json]',
  help: `Asks the gateway. Where it knows no such item, 'dead-letters' is searched for its key.
Exit code 0 for decided or pending, 1 for a dead letter or nothing.

  --record items/3/17    the dead letter of the record at that topic, partition and offset
  --json                 the answer as JSON
${CONNECTION_HELP}`,
  options: { ...CONNECTION_OPTIONS, record: { type: 'string' }, json: { type: 'boolean' } },
  async run(positionals, values) {
    const record = stringOption(values, 'record');
    if (record !== undefined) return lookupRecord(record, values);
    const [key] = positionals;
    if (key === undefined || positionals.length !== 1) throw new UsageError('lookup wants one TENANT/ITEM');
    const parts = splitItemKey(key);
    if (!parts) throw new UsageError(`'${key}' is not TENANT/ITEM`);
    using gateway = connectGateway(gatewayAddress(values));
    const answer = await gateway.getDecision(parts.tenant, parts.itemId);
    const state = STATE_NAMES[answer.state] ?? 'unspecified';
    if (state === 'unknown') return lookupDeadLetters(key, values);
    if (values['json']) {
      const { version, revision, decision, asOfOffset } = answer;
      const json = decision ? decisionJson(decision) : undefined;
      printJson({ item_key: key, state, version, revision, as_of_offset: asOfOffset, decision: json });
    } else {
      print(`${key}  ${state}, version ${answer.version}`);
      if (answer.decision) print(decisionText(answer.decision));
    }
    return EXIT.ok;
  },
};

async function lookupRecord(record: string, values: OptionValues): Promise<number> {
  const place = parseRecordPlace(record);
  if (!place) throw new UsageError(`'${record}' is not TOPIC/PARTITION/OFFSET`);
  await using bus = openBus(values);
  return answerLetters(await findDeadLetters(bus, place), record, values);
}

async function lookupDeadLetters(key: string, values: OptionValues): Promise<number> {
  await using bus = openBus(values);
  return answerLetters(await findDeadLetters(bus, { key }), key, values);
}

function answerLetters(letters: readonly DeadLetter[], what: string, values: OptionValues): number {
  if (values['json']) {
    printJson({
      state: letters.length > 0 ? 'dead-letter' : 'unknown',
      dead_letters: letters.map(deadLetterJson),
    });
  } else if (letters.length === 0) {
    print(`${what}  unknown: no such item was opened, and no dead letter names it`);
  } else {
    for (const letter of letters) print(deadLetterText(letter));
  }
  return EXIT.no;
}
