import { UnavailableError } from '@tercet/kit';

/** The state is not what this owner wrote last: another owner, a rollback or a wipe. Nothing was changed. */
export class LostError extends UnavailableError {
  constructor(detail: string) {
    super('fenced', detail);
  }
}
