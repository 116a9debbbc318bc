import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, createBus } from '@tercet/bus';
import { connectGateway, type GatewayClient } from '@tercet/client';
import { silentLogger } from '@tercet/kit';
import {
  busConfig,
  SERVICES_WITHOUT_DERIVERS,
  type Stack,
  type StackOptions,
  startStack,
} from '@tercet/local';
import { startBrokers, uniquePrefix } from './test-brokers.js';

export interface TestStack extends Stack {
  readonly bus: Bus;
  readonly gateway: GatewayClient;
}

export type TestStackOptions = Partial<
  Pick<StackOptions, 'services' | 'env' | 'serviceEnv' | 'otlpEndpoint' | 'maxRestarts' | 'readyTimeoutMs'>
>;

// Two busy cores, several services loading models at once.
const READY_TIMEOUT_MS = 120_000;

/** The pipeline for one test file: real services with their own topics, beside whatever else uses the brokers. */
export async function startTestStack(name: string, options: TestStackOptions = {}): Promise<TestStack> {
  const brokers = await startBrokers();
  const prefix = uniquePrefix(name);
  const dataDir = mkdtempSync(join(tmpdir(), `tercet-${name}-`));
  try {
    const stack = await startStack({
      readyTimeoutMs: READY_TIMEOUT_MS,
      maxRestarts: 3,
      // Reading pictures and speech is a test of its own: it takes more of the machine than all the rest.
      services: SERVICES_WITHOUT_DERIVERS,
      ...options,
      runningBrokers: brokers,
      prefix,
      dataDir,
    });
    const bus = createBus(busConfig(brokers.kafkaBrokers, prefix), silentLogger());
    const gateway = connectGateway(stack.grpcAddress);
    const stop = async (): Promise<void> => {
      gateway[Symbol.dispose]();
      await bus[Symbol.asyncDispose]();
      await stack.stop();
      await brokers.stop();
    };
    return { ...stack, bus, gateway, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await brokers.stop();
    throw error;
  }
}
