import type { Command } from './command.js';
import { appeal } from './commands/appeal.js';
import { auditVerify } from './commands/audit-verify.js';
import { lookup } from './commands/lookup.js';
import { modelsAdd } from './commands/models-add.js';
import { modelsBuild } from './commands/models-build.js';
import { modelsList } from './commands/models-list.js';
import { modelsVerify } from './commands/models-verify.js';
import { report } from './commands/report.js';
import { submit } from './commands/submit.js';
import { topicsCreate } from './commands/topics-create.js';
import { topicsList } from './commands/topics-list.js';
import { train } from './commands/train.js';
import { up } from './commands/up.js';
import { wait } from './commands/wait.js';

/** Every command, in the order of the overview. */
export const COMMANDS: readonly Command[] = [
  up,
  submit,
  lookup,
  wait,
  report,
  appeal,
  topicsCreate,
  topicsList,
  modelsBuild,
  modelsAdd,
  modelsList,
  modelsVerify,
  train,
  auditVerify,
];
