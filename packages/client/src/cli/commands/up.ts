import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { UnavailableError } from '@tercet/kit';
import type { Command } from '../command.js';

const SETUP = fileURLToPath(new URL('../../../../../deploy/local/setup.mjs', import.meta.url));

/** `tercet up`: the local stack, until Ctrl-C. It runs from a checkout only: brokers and services are its folders. */
export const up: Command = {
  name: 'up',
  summary: 'start brokers and every service on this machine, until Ctrl-C',
  usage: 'up [--quiet]',
  help: `Brokers come from TERCET_KAFKA_BROKERS and TERCET_REDIS_URL, else Docker, else real processes;
TERCET_BROKERS=external|docker|processes forces one.

  --quiet   keep the services' logs off the terminal (they are in .run either way)`,
  options: { quiet: { type: 'boolean' } },
  run(_, values) {
    if (!existsSync(SETUP)) {
      throw new UnavailableError(
        'deadline',
        'tercet up needs a checkout of Tercet: deploy/local is not here',
      );
    }
    const args = [SETUP, '--then', 'deploy/local/dist/up/main.js', ...(values['quiet'] ? ['--quiet'] : [])];
    return new Promise((resolve) => {
      const child = spawn(process.execPath, args, { stdio: 'inherit' });
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.on(signal, () => child.kill(signal));
      }
      child.on('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)));
    });
  },
};
