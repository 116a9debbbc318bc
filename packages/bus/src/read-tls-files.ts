import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { ConfigError, type KafkaSecurity } from '@tercet/kit';

/**
 * What a TLS connection is made with. Read for each client that is made, so that a renewed certificate is used by the
 * next one. @throws ConfigError naming the file that cannot be read.
 */
export function readTlsFiles({
  caFile,
  certFile,
  keyFile,
}: NonNullable<KafkaSecurity['tls']>): ConnectionOptions {
  return {
    ...(caFile && { ca: [read(caFile)] }),
    ...(certFile && { cert: read(certFile) }),
    ...(keyFile && { key: read(keyFile) }),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
