/** Metadata of the group's commits: the offset from which a rebuild must read. */
export function encodeOpenLow(openLow: bigint): string {
  return JSON.stringify({ open_low: openLow.toString() });
}

/** Inverse of {@link encodeOpenLow}; undefined for metadata that is not ours. */
export function decodeOpenLow(metadata: string): bigint | undefined {
  try {
    const { open_low: text } = JSON.parse(metadata) as { open_low?: unknown };
    return typeof text === 'string' && /^\d+$/.test(text) ? BigInt(text) : undefined;
  } catch {
    // Not JSON: some other tool committed for the group.
    return undefined;
  }
}
