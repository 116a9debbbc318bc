import { InvalidInputError } from '@tercet/kit';

/** What an encoder reads. */
export interface Readable {
  /** IANA media types that the bytes may turn out to be, lower case, without parameters. */
  readonly kinds: ReadonlySet<string>;
  /** Top-level types that upstream may declare for them, such as `image`. */
  readonly classes: readonly string[];
}

/**
 * Holds what the bytes are against what upstream says they are. The bytes decide: a PNG declared as JPEG is read.
 * @param found media type by the bytes; undefined where nothing is known to begin like that.
 * @param declared upstream's media type; empty, wildcards and `application/*` claim nothing.
 * @throws InvalidInputError `media_mismatch` where one of the two is of the encoder's class and the other is not;
 * `unsupported_media` where the bytes are of no kind that the encoder reads.
 */
export function checkMediaKind(found: string | undefined, declared: string, readable: Readable): void {
  const claimed = topLevel(declared);
  const claimsOurs = readable.classes.includes(claimed);
  const claimsOther = claimed !== '' && claimed !== '*' && claimed !== 'application' && !claimsOurs;
  const kind = found === undefined ? '' : essence(found);
  if (readable.kinds.has(kind)) {
    if (claimsOther) throw new InvalidInputError('media_mismatch', `${kind} was declared as ${claimed}`);
    return;
  }
  const isOther = kind !== '' && !readable.classes.includes(topLevel(kind));
  // Markup is what vector graphics are written in: declared as a picture it is one, of a kind nobody reads.
  if (claimsOurs && isOther && kind !== 'application/xml')
    throw new InvalidInputError('media_mismatch', `${kind} was declared as ${claimed}`);
  throw new InvalidInputError('unsupported_media', kind === '' ? 'of no known kind' : kind);
}

/** `Image/PNG; q=1` -> `image/png`. */
function essence(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function topLevel(mediaType: string): string {
  return essence(mediaType).split('/', 1)[0] ?? '';
}
