import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { descriptorSet } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';
import { HealthImplementation } from 'grpc-health-check';

const MAX_MESSAGE_BYTES = 24 * 1024 * 1024;
const DRAIN_MS = 10_000;

/** A listening gRPC server. Disposing lets calls under way end, for 10 s. */
export interface GrpcServer extends AsyncDisposable {
  readonly port: number;
}

/** Serves one service with standard health and reflection. `serviceName` is its full name, for health. */
export async function serveGrpc(
  address: { host: string; port: number },
  serviceName: string,
  definition: ServiceDefinition,
  implementation: UntypedServiceImplementation,
): Promise<GrpcServer> {
  const server = new Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES });
  server.addService(definition, implementation);
  const health = new HealthImplementation({ '': 'SERVING', [serviceName]: 'SERVING' });
  health.addToServer(server);
  new ReflectionService(loadFileDescriptorSetFromBuffer(Buffer.from(descriptorSet()))).addToServer(server);
  const port = await bind(server, address.host, address.port);
  return {
    port,
    async [Symbol.asyncDispose]() {
      health.setStatus('', 'NOT_SERVING');
      health.setStatus(serviceName, 'NOT_SERVING');
      await shutDown(server);
    },
  };
}

function bind(server: Server, host: string, port: number): Promise<number> {
  const target = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(target, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(new UnavailableError('overloaded', `cannot listen on ${target}`, { cause: error }));
      else resolve(bound);
    });
  });
}

async function shutDown(server: Server): Promise<void> {
  const force = setTimeout(() => server.forceShutdown(), DRAIN_MS);
  await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  clearTimeout(force);
}
