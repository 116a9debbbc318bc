/*
 * The exactly-once protocol of the join (docs/join.md) for one partition and two owners, for the model checker spin.
 *
 * Everything that is one call to Kafka or Redis is one atomic step; between two steps anything may happen, so that a
 * pause of an owner, however long, is any interleaving. docs/model.md says what is left out. Sizes and faults:
 *   VERSIONS   1: item A version 1; 2: and version 2 of A; 3: and item B
 *   TICKS      steps of the broker's clock; a window is one step
 *   MOVES      changes of the group's generation;  CRASHES, WIPES, ROLLBACKS;  LOSSES of a marker, TIMEOUTS of a transaction
 * Each mutant (NO_FENCE, ...) takes one safety part away.
 */
#include "state.pml"
#include "calls.pml"
#include "broker.pml"
#include "owner.pml"

proctype owns(byte me) {
end:
  do
  :: recover(me)
  :: work(me)
  od
}

inline copy(to, source) {
  to.data_set = source.data_set;
  to.token = source.token;
  to.seq = source.seq;
  to.in_next = source.in_next;
  to.dec_next = source.dec_next;
  do
  :: i < VERSIONS -> to.status[i] = source.status[i]; i++
  :: else -> break
  od;
  i = 0
}

inline clear(state) {
  state.data_set = 0;
  state.token = 0;
  state.seq = 0;
  state.in_next = 0;
  state.dec_next = 0;
  do
  :: i < VERSIONS -> state.status[i] = NONE; i++
  :: else -> break
  od;
  i = 0
}

inline append(record) {
  record_of[records] = record;
  time_of[records] = now;
  records++
}

inline open(v) {
  opened_at[v] = records;
  deadline[v] = now + 1;
  append(2 * v)
}

inline send_part(v) {
  part_sent = part_sent | BIT(v);
  if
  :: now < deadline[v] -> in_time = in_time | BIT(v)
  :: else
  fi;
  part_at[v] = records;
  append(2 * v + 1)
}

/* Producers, the clock and every fault; it may stop at any point, and faults are never needed for progress. */
proctype environment() {
  do
  :: atomic { deadline[0] == 0 -> open(0) }
  :: atomic { deadline[0] != 0 && !(part_sent & 1) -> send_part(0) }
#if VERSIONS > 1
  :: atomic { deadline[0] != 0 && deadline[1] == 0 -> open(1) }
  :: atomic { deadline[1] != 0 && !(part_sent & 2) -> send_part(1) }
#endif
#if VERSIONS > 2
  :: atomic { deadline[2] == 0 -> open(2) }
  :: atomic { deadline[2] != 0 && !(part_sent & 4) -> send_part(2) }
#endif
  :: now <= TICKS -> now++
  :: atomic { moves > 0 -> moves--; generation = 1 - generation }
  :: atomic { crashes > 0 && owner[0].at != BEAT -> crashes--; forget(0) }
  :: atomic { crashes > 0 && owner[1].at != BEAT -> crashes--; forget(1) }
  :: atomic { wipes > 0 && redis.data_set != 0 -> wipes--; clear(redis) }
  :: atomic { rollbacks > 0 && redis.data_set != 0 && snapshot.data_set == 0 -> copy(snapshot, redis) }
  :: atomic { rollbacks > 0 && snapshot.data_set != 0 -> rollbacks--; copy(redis, snapshot); clear(snapshot) }
  :: break
  od;
  atomic {
    now = TICKS + 2;
    moves = 0;
    crashes = 0;
    wipes = 0;
    rollbacks = 0;
    losses = 0;
    timeouts = 0;
    clear(snapshot);
    quiet = true
  }
}

/* When nothing can go on, every version that was opened has been decided. */
proctype promise() {
  atomic {
    timeout ->
    assert(quiet);
    do
    :: i < VERSIONS -> assert(deadline[i] == 0 || (decided & BIT(i))); i++
    :: else -> break
    od
  }
}

init {
  atomic {
    run owns(0);
    run owns(1);
    run environment();
    run broker();
    run promise()
  }
}
