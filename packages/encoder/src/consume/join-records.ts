import type { JoinRecord, RawPart } from '@tercet/contracts';
import { BugError, type InvalidInputError } from '@tercet/kit';
import type { Outcome } from '../modality.js';

/** What an encoder says to the join about a part that it has looked at. */
export function outcomeRecord(part: RawPart, outcome: Outcome, encoderDigest: string): JoinRecord {
  const { partId, modality } = part;
  if (outcome.kind === 'empty')
    return record(part, { $case: 'partEmpty', value: { partId, modality, code: outcome.code } });
  if (outcome.kind === 'derived') throw new BugError('an encoder that derives nothing gave a derived part');
  return record(part, {
    $case: 'partEmbedded',
    value: {
      partId,
      modality,
      encoderDigest,
      embeddings: [...outcome.embeddings],
      truncated: [...outcome.truncated],
      language: outcome.language === '' ? part.language : outcome.language,
      derivation: part.derivation,
    },
  });
}

/** What an encoder says to the join about a part that it cannot use. */
export function failureRecord(part: RawPart, error: InvalidInputError): JoinRecord {
  const { partId, modality } = part;
  const { code, detail } = error;
  return record(part, { $case: 'partFailed', value: { partId, modality, code, detail } });
}

function record({ itemKey, version }: RawPart, body: NonNullable<JoinRecord['body']>): JoinRecord {
  return { itemKey, version, body };
}
