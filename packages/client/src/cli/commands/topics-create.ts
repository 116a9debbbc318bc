import { topicTable } from '@tercet/contracts';
import { type Command, EXIT } from '../command.js';
import { CONNECTION_HELP, CONNECTION_OPTIONS, openBus } from '../connection.js';
import { print, printJson } from '../output.js';

/** `tercet topics create`. */
export const topicsCreate: Command = {
  name: 'topics create',
  summary: 'create the topics that are missing, with explicit settings',
  usage: 'topics create [--json]',
  help: `Safe to repeat. Exit code 1 where a topic is there with other settings: it is named, not changed.

  --json                 the answer as JSON
${CONNECTION_HELP}`,
  options: { ...CONNECTION_OPTIONS, json: { type: 'boolean' } },
  async run(_, values) {
    await using bus = openBus(values);
    await using admin = await bus.admin();
    const { created, differing } = await admin.ensureTopics(topicTable());
    if (values['json']) printJson({ created, differing });
    else {
      print(created.length === 0 ? 'nothing to create' : `created: ${created.join(', ')}`);
      if (differing.length > 0) print(`with other settings: ${differing.join(', ')}`);
    }
    return differing.length === 0 ? EXIT.ok : EXIT.no;
  },
};
