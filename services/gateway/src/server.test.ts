import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import {
  GetDecisionResponse,
  ModerationServiceClient,
  type ModerationServiceServer,
  ModerationServiceService,
} from '@tercet/contracts';
import { BugError, InvalidInputError, silentLogger, UnavailableError } from '@tercet/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEvents } from './events.js';
import { type GrpcServer, serveGrpc } from './server.js';
import { CODE_TRAILER } from './status.js';
import { type Method, unary } from './unary.js';

const SERVICE = 'tercet.v1.ModerationService';

describe('the gRPC server', () => {
  let server: GrpcServer;
  let client: ModerationServiceClient;
  let fails: Error | undefined;
  let atOnce = false;

  beforeAll(async () => {
    const events = createEvents(silentLogger(), () => 0);
    const method: Method<unknown, never> = () => {
      if (fails && atOnce) throw fails;
      if (fails) return Promise.reject(fails);
      return Promise.resolve(GetDecisionResponse.fromPartial({ version: 3n }) as never);
    };
    const handle = unary('Any', method, events);
    const all: ModerationServiceServer = {
      submitItem: handle,
      getDecision: handle,
      getDecisions: handle,
      waitForDecision: handle,
      submitReview: handle,
      reportItem: handle,
      fileAppeal: handle,
    };
    server = await serveGrpc({ host: '127.0.0.1', port: 0 }, SERVICE, ModerationServiceService, all);
    client = new ModerationServiceClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
  });
  afterAll(async () => {
    client.close();
    await server[Symbol.asyncDispose]();
  });

  const ask = () =>
    new Promise<GetDecisionResponse>((resolve, reject) => {
      client.getDecision({ tenant: 'acme', itemId: '1' }, new Metadata(), {}, (error, response) =>
        error ? reject(error) : resolve(response),
      );
    });

  it('answers', async () => {
    fails = undefined;
    expect(await ask()).toMatchObject({ version: 3n });
  });

  it.each([
    [new InvalidInputError('bad_tenant'), status.INVALID_ARGUMENT, 'bad_tenant'],
    [new InvalidInputError('stale_review'), status.FAILED_PRECONDITION, 'stale_review'],
    [new UnavailableError('state_rebuilding'), status.UNAVAILABLE, 'state_rebuilding'],
    [new UnavailableError('overloaded'), status.RESOURCE_EXHAUSTED, 'overloaded'],
    [new UnavailableError('deadline'), status.DEADLINE_EXCEEDED, 'deadline'],
    [new BugError('inside'), status.INTERNAL, 'bug'],
    [new TypeError('inside'), status.INTERNAL, 'bug'],
  ])('maps %s to a status and its code to the trailer', async (error, code, trailer) => {
    fails = error;
    const received = await ask().then(
      () => undefined,
      (thrown: ServiceError) => thrown,
    );
    expect(received?.code).toBe(code);
    expect(received?.metadata.get(CODE_TRAILER)).toEqual([trailer]);
    expect(received?.details).not.toContain('inside');
  });

  it('maps what a method throws before it has a promise', async () => {
    fails = new InvalidInputError('bad_item_id');
    atOnce = true;
    await expect(ask()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    atOnce = false;
  });

  it('serves standard health', async () => {
    const raw = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
    const answer = await new Promise<Buffer | undefined>((resolve, reject) => {
      const identity = (bytes: Buffer) => bytes;
      // HealthCheckRequest.service is field 1, a string.
      const request = Buffer.concat([Buffer.from([0x0a, SERVICE.length]), Buffer.from(SERVICE)]);
      raw.makeUnaryRequest('/grpc.health.v1.Health/Check', identity, identity, request, (error, bytes) =>
        error ? reject(error) : resolve(bytes),
      );
    });
    raw.close();
    // HealthCheckResponse.status is field 1; SERVING is 1.
    expect([...(answer ?? [])]).toEqual([0x08, 1]);
  });

  it('lists its services by reflection', async () => {
    const raw = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
    const identity = (bytes: Buffer) => bytes;
    const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
    const stream = raw.makeBidiStreamRequest(path, identity, identity);
    const answer = new Promise<Buffer>((resolve, reject) => {
      stream.once('data', resolve);
      stream.once('error', reject);
    });
    // ServerReflectionRequest.list_services is field 7, a string.
    stream.write(Buffer.from([0x3a, 1, 0x2a]));
    expect((await answer).toString('latin1')).toContain(SERVICE);
    stream.end();
    raw.close();
  });
});
