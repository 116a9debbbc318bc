import { DEFAULT_PARTITIONS, topicTable } from '@tercet/contracts';
import { type Command, countOption, EXIT } from '../command.js';
import { CONNECTION_HELP, CONNECTION_OPTIONS, openBus } from '../connection.js';
import { print, printJson } from '../output.js';

/** `tercet topics create`. */
export const topicsCreate: Command = {
  name: 'topics create',
  summary: 'create the topics that are missing, with explicit settings',
  usage: 'topics create [--join-partitions N] [--json]',
  help: `Safe to repeat. Exit code 1 where a topic is there with other settings: it is named, not changed.

  --join-partitions N    of embeddings and decisions, which cannot be changed later (${DEFAULT_PARTITIONS.join}); the most
                         fusion processes that can share the work, and the fewer each owns, the sooner it decides
  --json                 the answer as JSON
${CONNECTION_HELP}`,
  options: { ...CONNECTION_OPTIONS, 'join-partitions': { type: 'string' }, json: { type: 'boolean' } },
  async run(_, values) {
    const join = countOption(values, 'join-partitions', DEFAULT_PARTITIONS.join);
    await using bus = openBus(values);
    await using admin = await bus.admin();
    const { created, differing } = await admin.ensureTopics(topicTable({ ...DEFAULT_PARTITIONS, join }));
    if (values['json']) printJson({ created, differing });
    else {
      print(created.length === 0 ? 'nothing to create' : `created: ${created.join(', ')}`);
      if (differing.length > 0) print(`with other settings: ${differing.join(', ')}`);
    }
    return differing.length === 0 ? EXIT.ok : EXIT.no;
  },
};
