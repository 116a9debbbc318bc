/** Why the tests are skipped; the set-up said it. */
export const NO_ENGINE = process.env['TERCET_NO_ENGINE'] !== undefined;
