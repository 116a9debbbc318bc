/*
 * The exactly-once protocol of the join (docs/join.md) for one partition and two owners, for the model checker spin.
 *
 * Everything that is one call to Kafka or Redis is one atomic step; between two steps anything may happen, so that a
 * pause of an owner, however long, is any interleaving. docs/model.md says what is left out. Sizes and faults:
 *   VERSIONS   1: item A version 1; 2: and version 2 of A; 3: and item B
 *   TICKS      steps of the broker's clock; a window is one step
 *   MOVES      changes of the group's generation;  CRASHES, WIPES, ROLLBACKS, CUTS (a commit of unknown outcome)
 * Each mutant (NO_FENCE, ...) takes one safety part away.
 */
#ifndef VERSIONS
#define VERSIONS 1
#endif
#ifndef TICKS
#define TICKS 1
#endif
#ifndef MOVES
#define MOVES 1
#endif
#ifndef CRASHES
#define CRASHES 0
#endif
#ifndef WIPES
#define WIPES 0
#endif
#ifndef ROLLBACKS
#define ROLLBACKS 0
#endif
#ifndef CUTS
#define CUTS 0
#endif

#define RECORDS (2 * VERSIONS)
#define BIT(v) (1 << (v))

/* Topic `embeddings`: an opening is 2v, the part of v is 2v + 1. Times are the broker's, from 1. */
byte record_of[RECORDS];
byte time_of[RECORDS];
byte records;
byte now = 1;
byte deadline[VERSIONS];  /* 0: not opened */
byte opened_at[VERSIONS]; /* offset of the opening */
byte part_sent;           /* bit set */
byte in_time;             /* bit set: the part lies in the log with a time before the deadline */

/* Topic `decisions`, read committed. */
byte decision_of[VERSIONS];
byte decisions;
byte decided;      /* bit set */
byte epoch_of = 2; /* whose producer was the last to fence: 0, 1; 2: nobody's */
byte pending;      /* bit set: a transaction sent, of which its sender knows no outcome */
byte pending_timed_out;

/* The group: who it says is the owner, and the open_low of the last commit. */
byte generation;
byte committed_low;

/* Redis: meta, and the status of each version. */
#define NONE 0
#define OPEN 1
#define COMPLETE 2
#define OVERTAKEN 3 /* a newer version was opened; `superseded` is owed */
#define SETTLED 4
typedef JoinState {
  byte data_set; /* 0: no state */
  byte token;
  byte seq;
  byte in_next; /* in_off + 1 */
  byte dec_next;
  byte status[VERSIONS]
};
JoinState redis;
JoinState snapshot;
byte tokens; /* fresh tokens and names of data sets */

/* An owner: what it remembers, lost with a crash. */
#define BEAT 0
#define FENCE 1
#define READ_COMMITTED_LOW 2
#define READ_END 3
#define CLAIM 4
#define MARK_TO_END 5
#define ADOPT 6
#define WORK 7
#define COMMIT 8
#define MARK 9
typedef OwnerMemory {
  byte at;
  byte token;
  byte seq;
  byte in_next;
  byte low;      /* open_low: of the group while it recovers, of the last answer while it works */
  byte end;      /* of `decisions`, taken while it recovers */
  byte replaced; /* data set that a rebuild gives up */
  byte until;    /* applied_until */
  byte taken;    /* bit set: still to commit */
  byte timed_out; /* bit set: of these, the ones that will report a missing part */
  byte batch;    /* bit set: committed, to be marked */
  byte behind    /* offset behind its last commit, 0: nothing to checkpoint */
};
OwnerMemory owner[2];

byte crashes = CRASHES;
byte wipes = WIPES;
byte rollbacks = ROLLBACKS;
byte moves = MOVES;
byte cuts = CUTS;
bool quiet; /* the environment is done: every deadline is over, no more faults */

#if defined(NO_TOKEN)
#define HOLDS(me) (redis.data_set != 0 && redis.seq == owner[me].seq)
#elif defined(NO_SEQ)
#define HOLDS(me) (redis.data_set != 0 && redis.token == owner[me].token)
#else
#define HOLDS(me) (redis.data_set != 0 && redis.token == owner[me].token && redis.seq == owner[me].seq)
#endif

#ifdef NO_FENCE
#define FENCED(me) false
#else
#define FENCED(me) (epoch_of != me)
#endif

/* A newer version of the same item is known. */
#if VERSIONS > 1
#define STALE(v) (v == 0 && redis.status[1] != NONE)
#else
#define STALE(v) false
#endif

#ifdef NO_APPLIED_UNTIL
#define FETCHED_ALL(me) true
#else
#define FETCHED_ALL(me) (owner[me].in_next == records)
#endif

byte i; /* scratch, 0 between steps */

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
  owner[me].taken = 0;
  owner[me].timed_out = 0;
  owner[me].batch = 0;
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
  owner[me].at = COMMIT
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

/* Appends a transaction to `decisions`, in the order of the versions. */
inline append_decisions(versions, missing) {
  do
  :: i < VERSIONS ->
    if
    :: versions & BIT(i) ->
      assert(!(decided & BIT(i)));
#if VERSIONS > 1
      assert(!(i == 0 && (decided & 2)));
#endif
      assert(!(missing & in_time & BIT(i)));
      decided = decided | BIT(i);
      decision_of[decisions] = i;
      decisions++
    :: else
    fi;
    i++
  :: else -> break
  od;
  i = 0
}

inline recover(me) {
  if
  /* Step 2: the group's word, then the fence. */
  :: atomic { owner[me].at == BEAT && generation == me -> owner[me].at = FENCE }
  :: atomic {
      owner[me].at == FENCE ->
      epoch_of = me;
#ifndef NO_FENCE
      pending = 0;
      pending_timed_out = 0;
#endif
      owner[me].at = READ_COMMITTED_LOW
    }
  :: atomic { owner[me].at == READ_COMMITTED_LOW -> owner[me].low = committed_low; owner[me].at = READ_END }
  :: atomic { owner[me].at == READ_END -> owner[me].end = decisions; owner[me].at = CLAIM }
  /* Step 3. A state that reaches beyond the end that was taken does not fit: it is replaced. */
  :: atomic {
      owner[me].at == CLAIM ->
      if
      :: redis.data_set == 0 -> owner[me].at = ADOPT
      :: else ->
        tokens++;
        redis.token = tokens;
        owner[me].token = tokens;
        raise_seq(me);
        if
        :: redis.dec_next > owner[me].end -> owner[me].replaced = redis.data_set; owner[me].at = ADOPT
        :: else -> owner[me].at = MARK_TO_END
        fi
      fi
    }
  /* Step 4, state there. */
  :: atomic {
      owner[me].at == MARK_TO_END ->
      if
      :: HOLDS(me) ->
#ifndef NO_READ_TO_END
        mark_decisions(redis.dec_next, owner[me].end);
#endif
        redis.dec_next = owner[me].end;
        owner[me].end = 0;
        raise_seq(me);
        owner[me].in_next = redis.in_next;
        look_low(me);
        owner[me].at = WORK
      :: else -> forget(me)
      fi
    }
  /* Step 4, no state: the new data set is nobody else's until it is adopted. */
  :: atomic {
      owner[me].at == ADOPT ->
      if
      :: redis.data_set == owner[me].replaced ->
        tokens++;
        redis.data_set = tokens;
        redis.token = tokens;
        redis.seq = 1;
        redis.in_next = owner[me].low;
        do
        :: i < VERSIONS -> redis.status[i] = NONE; i++
        :: else -> break
        od;
        i = 0;
#ifndef NO_READ_TO_END
        mark_decisions(0, owner[me].end);
#endif
        redis.dec_next = owner[me].end;
        owner[me].token = tokens;
        owner[me].seq = 1;
        owner[me].in_next = redis.in_next;
        owner[me].replaced = 0;
        owner[me].end = 0;
        look_low(me);
        owner[me].at = WORK
      :: else -> forget(me)
      fi
    }
  fi
}

/* Steps 6 and 7. */
inline work(me) {
  if
  :: atomic {
      owner[me].at == WORK && owner[me].in_next < records ->
      if
      :: HOLDS(me) ->
        put_record(record_of[owner[me].in_next]);
        if
        :: time_of[owner[me].in_next] > owner[me].until -> owner[me].until = time_of[owner[me].in_next]
        :: else
        fi;
        owner[me].in_next++;
        redis.in_next = owner[me].in_next;
        raise_seq(me);
        look_low(me)
      :: else -> forget(me)
      fi
    }
  /* A fetch brought nothing: everything appended before now has been applied. */
  :: atomic {
      owner[me].at == WORK && owner[me].until < now && FETCHED_ALL(me) -> owner[me].until = now
    }
  /* An owner looks when something is due, and now and then to notice a loss; a look that finds nothing is left out. */
  :: atomic {
      owner[me].at == WORK && (!(HOLDS(me)) || ANY_DUE(me)) ->
      if
      :: HOLDS(me) -> take_due(me)
      :: else -> forget(me)
      fi
    }
  :: atomic {
      owner[me].at == COMMIT ->
      if
      :: FENCED(me) -> forget(me)
      :: else ->
        /* All in one transaction, or the lowest version first. */
        if
        :: owner[me].batch = owner[me].taken
        :: VERSIONS > 1 -> owner[me].batch = owner[me].taken & (~owner[me].taken + 1)
        fi;
        if
        :: append_decisions(owner[me].batch, owner[me].timed_out);
          owner[me].behind = decisions;
          owner[me].taken = owner[me].taken & ~owner[me].batch;
          owner[me].timed_out = owner[me].timed_out & owner[me].taken;
          owner[me].at = MARK
        :: cuts > 0 && pending == 0 ->
          cuts--;
          pending = owner[me].batch;
          pending_timed_out = owner[me].timed_out & owner[me].batch;
          forget(me)
        fi
      fi
    }
  :: atomic {
      owner[me].at == MARK ->
      if
      :: HOLDS(me) ->
#ifndef NO_MARK
        mark_set(owner[me].batch);
#endif
        raise_seq(me);
        look_low(me);
        owner[me].batch = 0;
        if
        :: owner[me].taken -> owner[me].at = COMMIT
        :: else -> owner[me].at = WORK
        fi
      :: else -> forget(me)
      fi
    }
#ifdef TAKE_BEFORE_MARK
  :: atomic { owner[me].at == MARK && HOLDS(me) && ANY_DUE(me) -> take_due(me) }
#endif
  /* The checkpoint of dec_off. */
  :: atomic {
      owner[me].at == WORK && owner[me].behind > 0 && HOLDS(me) ->
#ifdef CHECKPOINT_AT_END
      redis.dec_next = decisions;
#else
      redis.dec_next = owner[me].behind;
#endif
      owner[me].behind = 0;
      raise_seq(me)
    }
  /* Offsets are committed under the generation only. */
  :: atomic {
      owner[me].at == WORK && generation == me && committed_low != owner[me].low -> committed_low = owner[me].low
    }
  :: atomic { owner[me].at == WORK && generation != me -> forget(me) }
  fi
}

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
  :: atomic {
      pending -> append_decisions(pending, pending_timed_out);
      pending = 0;
      pending_timed_out = 0
    }
  /* The transaction coordinator gives an open transaction up after its time. */
  :: atomic { pending -> pending = 0; pending_timed_out = 0 }
  :: atomic { pending == 0 -> break }
  od;
  atomic {
    now = TICKS + 2;
    moves = 0;
    crashes = 0;
    wipes = 0;
    rollbacks = 0;
    cuts = 0;
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
    run promise()
  }
}
