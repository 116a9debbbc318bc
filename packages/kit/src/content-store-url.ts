import { fileURLToPath } from 'node:url';
import type { ContentStore } from './content-store.js';
import { BugError } from './errors.js';
import { FsContentStore } from './fs-content-store.js';
import { S3ContentStore, s3Location } from './s3-content-store.js';

/** Whether a text is an address that {@link createContentStore} takes: for checking configuration at start. */
export function isContentStoreUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, pathname } = new URL(url);
  return protocol === 'file:'
    ? hostname === '' && pathname.length > 1
    : protocol === 's3:' && hostname !== '';
}

/**
 * Opens the content store at `file:///folder`, `file:///folder?sync=true` or
 * `s3://bucket/prefix?endpoint=https://host&region=name`.
 * Credentials of S3 come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
 */
export function createContentStore(
  url: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ContentStore {
  if (!isContentStoreUrl(url))
    throw new BugError('the content store is neither file:///folder nor s3://bucket');
  const parsed = new URL(url);
  if (parsed.protocol === 'file:') {
    const sync = parsed.searchParams.get('sync') === 'true';
    parsed.search = '';
    return new FsContentStore(fileURLToPath(parsed), { sync });
  }
  return new S3ContentStore(s3Location(parsed, env));
}
