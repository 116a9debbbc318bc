/** A policy document that cannot be used. `path` names the place in the document, such as `categories.hate.thresholds`. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  constructor(
    readonly path: string,
    readonly detail: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(path === '' ? detail : `${path}: ${detail}`, options);
  }
}

/** A head set that cannot be used. `path` names the place in its manifest. */
export class HeadSetError extends Error {
  override readonly name = 'HeadSetError';
  constructor(
    readonly path: string,
    readonly detail: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(path === '' ? detail : `${path}: ${detail}`, options);
  }
}
