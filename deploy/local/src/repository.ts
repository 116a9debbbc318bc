import { fileURLToPath } from 'node:url';

/** The checkout that this stack runs from, without a slash at the end. */
export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
