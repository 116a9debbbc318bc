// What is checked: each run is a set of -D flags of join.pml.

/** Must be without an error, over every state. */
export const SCOPES = [
  { name: 'two versions, one takeover', flags: { VERSIONS: 2, MOVES: 1, TICKS: 0 } },
  { name: 'Redis emptied, a crash', flags: { MOVES: 1, CRASHES: 1, WIPES: 1, TICKS: 0 } },
  { name: 'Redis rolled back', flags: { MOVES: 1, ROLLBACKS: 1, TICKS: 0 } },
  { name: 'two versions, a marker lost', flags: { VERSIONS: 2, MOVES: 1, LOSSES: 1, TICKS: 0 } },
  { name: 'a marker lost, a crash', flags: { MOVES: 1, LOSSES: 1, CRASHES: 1 } },
  { name: 'a marker lost, a transaction timed out', flags: { MOVES: 1, LOSSES: 1, TIMEOUTS: 1 } },
  { name: 'a marker lost, Redis rolled back', flags: { MOVES: 1, LOSSES: 1, ROLLBACKS: 1, TICKS: 0 } },
];

/** Each takes one safety part away and must be caught. */
export const MUTANTS = [
  { name: 'NO_FENCE', flags: {} },
  { name: 'FENCE_IS_EMPTY', flags: { LOSSES: 1 } },
  { name: 'FENCE_IS_NOT_AWAITED', flags: { LOSSES: 2 } },
  { name: 'ANSWER_IS_COMMIT', flags: { LOSSES: 1 } },
  { name: 'STABLE_IS_COMMIT', flags: { LOSSES: 1 } },
  { name: 'NO_SEQ', flags: { ROLLBACKS: 1 } },
  { name: 'NO_TOKEN', flags: { ROLLBACKS: 1 } },
  { name: 'NO_READ_TO_END', flags: { CRASHES: 1 } },
  { name: 'TAKE_BEFORE_MARK', flags: {} },
  { name: 'REBUILD_FROM_IN_OFF', flags: { WIPES: 1 } },
  { name: 'NO_MARK', flags: {} },
  { name: 'NO_APPLIED_UNTIL', flags: {} },
  { name: 'AHEAD_UNASKED', flags: { CRASHES: 1 } },
  { name: 'AHEAD_PUT_FIRST', flags: { CRASHES: 1 } },
  { name: 'CHECKPOINT_AT_END', flags: { VERSIONS: 2, ROLLBACKS: 1, TICKS: 0 } },
];
