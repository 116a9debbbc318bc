/** Castagnoli's polynomial, its bits reversed. */
const POLYNOMIAL = 0x82f63b78;

/** What each byte does to the sum. */
const T0 = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});
const at = (table: Int32Array, index: number): number => table[index & 0xff] as number;
/** The same with one byte more behind it. */
const next = (table: Int32Array): Int32Array => table.map((crc) => at(T0, crc) ^ (crc >>> 8));
const T1 = next(T0);
const T2 = next(T1);
const T3 = next(T2);
const T4 = next(T3);
const T5 = next(T4);
const T6 = next(T5);
const T7 = next(T6);

/** CRC-32C of the bytes from `from` on, eight of them at a time. */
export function crc32c(bytes: Uint8Array, from = 0, end = bytes.length): number {
  const byte = (index: number): number => bytes[index] as number;
  let crc = -1;
  let n = from;
  for (; n + 8 <= end; n += 8) {
    crc ^= byte(n) | (byte(n + 1) << 8) | (byte(n + 2) << 16) | (byte(n + 3) << 24);
    crc =
      at(T7, crc) ^
      at(T6, crc >>> 8) ^
      at(T5, crc >>> 16) ^
      at(T4, crc >>> 24) ^
      at(T3, byte(n + 4)) ^
      at(T2, byte(n + 5)) ^
      at(T1, byte(n + 6)) ^
      at(T0, byte(n + 7));
  }
  for (; n < end; n += 1) crc = at(T0, crc ^ byte(n)) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}
