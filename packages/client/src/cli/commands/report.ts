import { randomUUID } from 'node:crypto';
import { ItemReport, splitItemKey } from '@tercet/contracts';
import { connectGateway } from '../../gateway-client.js';
import { type Command, EXIT, stringOption, UsageError } from '../command.js';
import { CONNECTION_HELP, CONNECTION_OPTIONS, gatewayAddress } from '../connection.js';
import { print, printJson } from '../output.js';

/** `tercet report TENANT/ITEM`. */
export const report: Command = {
  name: 'report',
  summary: 'report an item to the moderators',
  usage: 'report TENANT/ITEM --reporter ID [--category NAME] [--note TEXT] [--id ID] [--json]',
  help: `  --reporter ID          pseudonymous id of who reports
  --category NAME        what it is reported for, such as spam/scam
  --note TEXT            for the moderators; at most 2,000 characters
  --id ID                the report's own id; the same id is the same report; default: a new one
  --json                 the answer as JSON
${CONNECTION_HELP}`,
  options: {
    ...CONNECTION_OPTIONS,
    reporter: { type: 'string' },
    category: { type: 'string' },
    note: { type: 'string' },
    id: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(positionals, values) {
    const [key] = positionals;
    const parts = key === undefined ? undefined : splitItemKey(key);
    if (!parts || positionals.length !== 1) throw new UsageError('report wants one TENANT/ITEM');
    const reporterId = stringOption(values, 'reporter');
    if (reporterId === undefined) throw new UsageError('report needs --reporter ID');
    using gateway = connectGateway(gatewayAddress(values));
    const { reportId } = await gateway.reportItem(
      parts.tenant,
      parts.itemId,
      ItemReport.fromPartial({
        reportId: stringOption(values, 'id') ?? randomUUID(),
        reporterId,
        category: stringOption(values, 'category') ?? '',
        note: stringOption(values, 'note') ?? '',
      }),
    );
    if (values['json']) printJson({ item_key: key, report_id: reportId });
    else print(`${key} is reported: ${reportId}`);
    return EXIT.ok;
  },
};
