import { topicTable } from '@tercet/contracts';
import { type Command, EXIT } from '../command.js';
import { print, printJson } from '../output.js';

/** `tercet topics list`. */
export const topicsList: Command = {
  name: 'topics list',
  summary: 'show the topic table: partitions and settings',
  usage: 'topics list [--json]',
  help: '  --json                 the table as JSON',
  options: { json: { type: 'boolean' } },
  async run(_, values) {
    const topics = topicTable();
    if (values['json']) {
      printJson(topics);
      return EXIT.ok;
    }
    const width = Math.max(...topics.map((topic) => topic.name.length));
    for (const { name, partitions, config } of topics) {
      const settings = Object.entries(config).map(([key, value]) => `${key}=${value}`);
      print(`${name.padEnd(width)}  ${String(partitions).padStart(3)} partitions  ${settings.join(' ')}`);
    }
    return EXIT.ok;
  },
};
