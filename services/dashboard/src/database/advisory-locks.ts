/** Keys of the advisory locks that dashboard processes share; any numbers, once chosen for good. */
export const LOCK = {
  migration: 7_203_001,
  /** Held by whoever appends to the feed, so that the order of `seq` is the order of commits. */
  feed: 7_203_002,
} as const;

/** Channels of NOTIFY. */
export const CHANNEL = {
  /** The feed has grown. */
  feed: 'tercet_feed',
  /** Payload: a queue whose cases changed. */
  queue: 'tercet_queue',
} as const;
