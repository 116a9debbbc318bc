import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@tercet/kit';
import { freePort, type KafkaServer, startKafka } from '@tercet/local-broker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, type BusConfig, createBus } from '../src/index.js';
import { append, consumeOptions, createTopic, texts, waitFor } from './on-broker.js';

// A broker that lets in who speaks TLS and knows a password. Certificate and keystore are made here.
const folder = mkdtempSync(join(tmpdir(), 'bus-secured-'));
const STORE_PASSWORD = 'keystore-password';
const PASSWORD = 'right-password';
const caFile = join(folder, 'ca.crt');
let server: KafkaServer;
let address: string;

beforeAll(async () => {
  makeCertificate();
  const port = await freePort();
  address = `127.0.0.1:${port}`;
  const ours = (name: string) => `listener.name.secured.${name}`;
  server = await startKafka({
    dataDir: join(folder, 'kafka'),
    logFile: join(folder, 'kafka.log'),
    listeners: [{ name: 'SECURED', port, advertisedPort: port, protocol: 'SASL_SSL' }],
    scramUsers: { tercet: PASSWORD },
    settings: {
      [ours('ssl.keystore.location')]: join(folder, 'broker.p12'),
      [ours('ssl.keystore.type')]: 'PKCS12',
      [ours('ssl.keystore.password')]: STORE_PASSWORD,
      [ours('sasl.enabled.mechanisms')]: 'SCRAM-SHA-512,PLAIN',
      [ours('scram-sha-512.sasl.jaas.config')]:
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      [ours('plain.sasl.jaas.config')]:
        `org.apache.kafka.common.security.plain.PlainLoginModule required user_tercet="${PASSWORD}";`,
    },
  });
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a broker that asks for TLS and a login', () => {
  it.each(['scram-sha-512', 'plain'] as const)(
    'serves producer, transactions, group and reader to who has both, by %s',
    async (mechanism) => {
      const prefix = `${mechanism}.`;
      await using bus = busWith(
        { tls: { caFile }, sasl: { mechanism, username: 'tercet', password: PASSWORD } },
        prefix,
      );
      await createTopic(bus, 'letters');
      await append(bus, 'letters', ['a', 'b']);
      await using transactional = await bus.transactionalProducer('writer', {
        topic: 'letters',
        partition: 0,
      });
      await transactional.commit(
        [{ topic: 'letters', partition: 0, key: 'k', value: Buffer.from('c') }],
        10_000,
      );
      const seen: string[] = [];
      await using _consumer = await bus.consume(
        consumeOptions('readers', ['letters'], async (chunk) => {
          seen.push(...texts(chunk.records));
          await chunk.commit();
        }),
      );
      await waitFor('all letters', () => seen.length >= 3);
      expect(seen.filter((one) => one.length === 1)).toEqual(['a', 'b', 'c']);
      await using reader = await bus.reader('reader');
      const { low, end } = await reader.bounds({ topic: 'letters', partition: 0 });
      expect(end - low).toBeGreaterThanOrEqual(3n);
    },
  );

  const refused: [string, BusConfig['security']][] = [
    ['a wrong password', { tls: { caFile }, sasl: login('wrong-password') }],
    ['no login', { tls: { caFile } }],
    ['a certificate of an authority that is not trusted', { tls: {}, sasl: login(PASSWORD) }],
    ['no TLS', { sasl: login(PASSWORD) }],
  ];
  it.each(refused)('says that it cannot be reached by who has %s', async (_, security) => {
    await using bus = busWith(security, 'refused.');
    const asking = bus.admin().then((admin) => admin.partitionCount('letters'));
    await expect(asking).rejects.toMatchObject({ kind: 'Unavailable', code: 'broker_unavailable' });
  });

  it('names an authority file that cannot be read', async () => {
    await using bus = busWith({ tls: { caFile: '/nowhere/ca.crt' } }, 'refused.');
    await expect(bus.admin()).rejects.toThrowError('/nowhere/ca.crt cannot be read: ENOENT');
  });
});

function login(password: string) {
  return { mechanism: 'scram-sha-512', username: 'tercet', password } as const;
}

function busWith(security: BusConfig['security'], prefix: string): Bus {
  const limits = { requestTimeoutMs: 3_000, connectionTimeoutMs: 2_000, watchdogMs: 60_000 };
  return createBus(
    { brokers: [address], clientId: 'contract', prefix, ...limits, ...(security && { security }) },
    silentLogger(),
  );
}

/** A certificate for the loopback address that is its own authority. */
function makeCertificate(): void {
  const store = [
    '-keystore',
    join(folder, 'broker.p12'),
    '-storetype',
    'PKCS12',
    '-storepass',
    STORE_PASSWORD,
  ];
  const key = ['-alias', 'broker', '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '2'];
  const name = ['-dname', 'CN=broker', '-ext', 'SAN=ip:127.0.0.1', '-ext', 'BC=ca:true'];
  execFileSync('keytool', ['-genkeypair', ...key, ...name, ...store], { stdio: 'ignore' });
  execFileSync('keytool', ['-exportcert', '-rfc', '-alias', 'broker', '-file', caFile, ...store], {
    stdio: 'ignore',
  });
}
