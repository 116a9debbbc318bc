import type { Command } from './command.js';

const ADDRESSES = `Addresses come from --kafka and --gateway, else from TERCET_KAFKA_BROKERS, TERCET_TOPIC_PREFIX and
TERCET_GATEWAY, else from the stack that runs in this checkout (tercet up, npm run demo).`;

/** The list of commands. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `tercet: event-driven moderation for text, images and audio

usage: tercet COMMAND [ARGUMENTS] [--help]

${lines.join('\n')}

${ADDRESSES}
Exit codes: 0 done, 1 no (not found, refused), 2 called wrongly, 69 not available now.
`;
}

/** Help of one command. */
export function commandHelp(command: Command): string {
  return `usage: tercet ${command.usage}

${command.summary}

${command.help.trim()}
`;
}
