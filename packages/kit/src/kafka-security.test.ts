import { describe, expect, it } from 'vitest';
import { readKafkaSecurity } from './kafka-security.js';

const LOGIN = { TERCET_KAFKA_SASL_USERNAME: 'tercet', TERCET_KAFKA_SASL_PASSWORD: 'secret' };

describe('readKafkaSecurity', () => {
  it('asks for nothing where nothing is said', () => {
    expect(readKafkaSecurity({})).toEqual({});
  });

  it('takes TLS with the authorities that Node knows, or with files', () => {
    expect(readKafkaSecurity({ TERCET_KAFKA_TLS: 'true' })).toEqual({ tls: {} });
    expect(
      readKafkaSecurity({
        TERCET_KAFKA_TLS: 'true',
        TERCET_KAFKA_TLS_CA_FILE: '/ca.crt',
        TERCET_KAFKA_TLS_CERT_FILE: '/tls.crt',
        TERCET_KAFKA_TLS_KEY_FILE: '/tls.key',
      }),
    ).toEqual({ tls: { caFile: '/ca.crt', certFile: '/tls.crt', keyFile: '/tls.key' } });
  });

  it('takes a login, over TLS or by a mechanism that does not show the password', () => {
    const sasl = { mechanism: 'scram-sha-512', username: 'tercet', password: 'secret' };
    expect(readKafkaSecurity({ TERCET_KAFKA_SASL_MECHANISM: 'scram-sha-512', ...LOGIN })).toEqual({ sasl });
    expect(
      readKafkaSecurity({ TERCET_KAFKA_SASL_MECHANISM: 'plain', TERCET_KAFKA_TLS: 'true', ...LOGIN }),
    ).toMatchObject({ tls: {}, sasl: { mechanism: 'plain' } });
  });

  const wrong: [string, Record<string, string>, RegExp][] = [
    ['a word that is neither true nor false', { TERCET_KAFKA_TLS: 'yes' }, /TERCET_KAFKA_TLS/],
    ['a mechanism that is not served', { TERCET_KAFKA_SASL_MECHANISM: 'gssapi', ...LOGIN }, /MECHANISM/],
    ['a password in the clear', { TERCET_KAFKA_SASL_MECHANISM: 'plain', ...LOGIN }, /TERCET_KAFKA_TLS/],
    ['a login without a mechanism', LOGIN, /MECHANISM is not set/],
    ['a mechanism without a login', { TERCET_KAFKA_SASL_MECHANISM: 'scram-sha-256' }, /USERNAME is not set/],
    ['an authority for no TLS', { TERCET_KAFKA_TLS_CA_FILE: '/ca.crt' }, /TERCET_KAFKA_TLS is not true/],
    [
      'a certificate without its key',
      { TERCET_KAFKA_TLS: 'true', TERCET_KAFKA_TLS_CERT_FILE: '/tls.crt' },
      /KEY_FILE/,
    ],
  ];
  it.each(wrong)('refuses %s, and names the variable, not its value', (_, env, message) => {
    expect(() => readKafkaSecurity(env)).toThrowError(message);
    expect(() => readKafkaSecurity(env)).not.toThrowError(/secret/);
  });
});
