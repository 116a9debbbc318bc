/* Single calls to Redis and Kafka, each one step of whoever makes it. Part of join.pml. */
inline raise_seq(me) {
  redis.seq++;
  owner[me].seq = redis.seq
}

/* Everything down: what a process forgets when it dies or drops its hold. */
inline forget(me) {
  owner[me].at = BEAT;
  owner[me].token = 0;
  owner[me].seq = 0;
  owner[me].in_next = 0;
  owner[me].low = 0;
  owner[me].end = 0;
  owner[me].replaced = 0;
  owner[me].until = 0;
  owner[me].hand = 0;
  owner[me].taken = 0;
  owner[me].timed_out = 0;
  owner[me].batch = 0;
  owner[me].outcome = IN_DOUBT;
  owner[me].behind = 0
}

/* A decision for version 2 of A settles version 1. */
inline settle(v) {
  redis.status[v] = SETTLED;
#if VERSIONS > 1
  if
  :: v == 1 -> redis.status[0] = SETTLED
  :: else
  fi
#endif
}

inline mark_decisions(first, last) {
  i = first;
  do
  :: i < last -> settle(decision_of[i]); i++
  :: else -> break
  od;
  i = 0
}

inline mark_set(versions) {
  do
  :: i < VERSIONS ->
    if
    :: versions & BIT(i) -> settle(i)
    :: else
    fi;
    i++
  :: else -> break
  od;
  i = 0
}

/* open_low of the state: the oldest opening that still owes a decision, else what is read next. */
inline look_low(me) {
#ifdef REBUILD_FROM_IN_OFF
  owner[me].low = redis.in_next;
#else
  owner[me].low = redis.in_next;
  do
  :: i < VERSIONS ->
    if
    :: redis.status[i] >= OPEN && redis.status[i] <= OVERTAKEN && opened_at[i] < owner[me].low ->
      owner[me].low = opened_at[i]
    :: else
    fi;
    i++
  :: else -> break
  od;
  i = 0
#endif
}

/* What take would answer. */
#define DUE(me, v) (redis.status[v] == COMPLETE || redis.status[v] == OVERTAKEN || \
  (redis.status[v] == OPEN && deadline[v] <= owner[me].until))
#if VERSIONS == 1
#define ANY_DUE(me) DUE(me, 0)
#elif VERSIONS == 2
#define ANY_DUE(me) (DUE(me, 0) || DUE(me, 1))
#else
#define ANY_DUE(me) (DUE(me, 0) || DUE(me, 1) || DUE(me, 2))
#endif

inline take_due(me) {
  owner[me].taken = 0;
  owner[me].timed_out = 0;
  do
  :: i < VERSIONS ->
    if
    :: DUE(me, i) ->
      owner[me].taken = owner[me].taken | BIT(i);
      if
      :: redis.status[i] == OPEN -> owner[me].timed_out = owner[me].timed_out | BIT(i)
      :: else
      fi
    :: else
    fi;
    i++
  :: else -> break
  od;
  i = 0;
  raise_seq(me);
  owner[me].at = SEND
}

/* What ahead would answer of all that lies unread: to be decided, and marked, before any of it is put. */
inline take_ahead(me) {
  owner[me].taken = 0;
  owner[me].timed_out = 0;
  do
  :: i < VERSIONS ->
    if
    :: AHEAD(me, i) -> owner[me].taken = owner[me].taken | BIT(i)
    :: else
    fi;
    i++
  :: else -> break
  od;
  i = 0;
  owner[me].hand = records - owner[me].in_next;
  raise_seq(me);
#ifdef AHEAD_PUT_FIRST
  redis.in_next = records;
#endif
  owner[me].at = SEND
}

/* One record under the rules of put. */
inline put_record(record) {
  i = record / 2;
  if
  :: record % 2 == 0 && redis.status[i] == NONE && !STALE(i) ->
    redis.status[i] = OPEN;
#if VERSIONS > 1
    if
    :: i == 1 && (redis.status[0] == OPEN || redis.status[0] == COMPLETE) -> redis.status[0] = OVERTAKEN
    :: else
    fi
#endif
  :: record % 2 == 1 && redis.status[i] == OPEN && !STALE(i) -> redis.status[i] = COMPLETE
  :: else /* stale, duplicate, orphan, too late */
  fi;
  i = 0
}

/* Puts what is in hand; of what was decided ahead nothing comes of it. */
inline put_hand(me) {
  do
  :: owner[me].hand > 0 ->
    put_record(record_of[owner[me].in_next]);
    if
    :: time_of[owner[me].in_next] > owner[me].until -> owner[me].until = time_of[owner[me].in_next]
    :: else
    fi;
    owner[me].in_next++;
    owner[me].hand--
  :: else -> break
  od;
  redis.in_next = owner[me].in_next;
  raise_seq(me);
  look_low(me)
}
