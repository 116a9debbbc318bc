/**
 * Rows as one parameter for `jsonb_to_recordset($1::jsonb)`: many rows in one statement, the same in PostgreSQL and
 * PGlite. NUL, which jsonb refuses, becomes U+FFFD.
 */
export function jsonRows(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
  });
}
