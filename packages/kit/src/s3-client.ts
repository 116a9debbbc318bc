import { AwsClient } from 'aws4fetch';
import { sha256Hex } from './content-store.js';

/** Where S3 answers, and as whom. */
export interface S3Settings {
  /** `https://host` without a path; buckets are named in the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the variables that every AWS tool reads; `endpoint` and `region` given here come first. */
export function s3Settings(env: Env, given: { endpoint?: string; region?: string } = {}): S3Settings {
  const region = given.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const endpoint =
    given.endpoint ??
    env['AWS_ENDPOINT_URL_S3'] ??
    env['AWS_ENDPOINT_URL'] ??
    `https://s3.${region}.amazonaws.com`;
  return {
    endpoint: endpoint.replace(/\/+$/, ''),
    region,
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    sessionToken: env['AWS_SESSION_TOKEN'],
    timeoutMs: DEFAULT_TIMEOUT_MS,
  };
}

/** One signed request. Redirects are not followed. Rejects as `fetch` does where nothing answers in time. */
export type S3Request = (
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE',
  bucket: string,
  key: string,
  options?: { body?: Uint8Array; signal?: AbortSignal | undefined },
) => Promise<Response>;

/** Signs requests with AWS Signature Version 4, the body's hash included. */
export function createS3Request(settings: S3Settings): S3Request {
  const { accessKeyId, secretAccessKey, sessionToken, region, timeoutMs } = settings;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    region,
    service: 's3',
    ...(sessionToken ? { sessionToken } : {}),
  });
  return async (method, bucket, key, { body, signal } = {}) => {
    const path = [bucket, ...key.split('/')].map(encodeURIComponent).join('/');
    const timeout = AbortSignal.timeout(timeoutMs);
    const signed = await client.sign(`${settings.endpoint}/${path}`, {
      method,
      headers: { 'x-amz-content-sha256': sha256Hex(body ?? new Uint8Array()) },
      ...(body ? { body: Buffer.from(body) } : {}),
    });
    return fetch(signed, {
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  };
}
