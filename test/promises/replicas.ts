import type { TestStack } from '@tercet/harness';
import { freePort, type ServiceName, ServiceProcess, startReaper } from '@tercet/local';

const READY_MS = 120_000;

/** More processes of a service beside the one that the stack has. */
export interface Replicas extends AsyncDisposable {
  /** Starts so many more at once; resolves when all are ready. */
  add(count: number): Promise<ServiceProcess[]>;
  explain(): string;
}

export function replicasOf(
  stack: TestStack,
  service: ServiceName,
  env: Readonly<Record<string, string>> = {},
): Replicas {
  const reaper = startReaper();
  const all: ServiceProcess[] = [];
  return {
    async add(count) {
      const fresh = await Promise.all(
        Array.from({ length: count }, async (_, n) => {
          const replica = new ServiceProcess({
            service,
            name: `${service}-${all.length + n + 1}`,
            deployment: stack,
            healthPort: await freePort(),
            env,
            reaper,
            maxRestarts: 0,
          });
          replica.start();
          return replica;
        }),
      );
      all.push(...fresh);
      await Promise.all(fresh.map((replica) => replica.ready(READY_MS)));
      return fresh;
    },
    explain: () => all.map((replica) => `${replica.name}\n${replica.explain()}`).join('\n'),
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((replica) => replica.stop()));
      await reaper.stop();
    },
  };
}
