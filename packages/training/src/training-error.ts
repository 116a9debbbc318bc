/** Training cannot go on: a manifest, a data file or the data itself is not as it must be. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
}
