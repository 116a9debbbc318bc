/* Sizes, logs, Redis and what an owner remembers. Part of join.pml. */
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
#ifndef LOSSES
#define LOSSES 0
#endif
#ifndef TIMEOUTS
#define TIMEOUTS 0
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
byte part_at[VERSIONS];   /* offset of the part */
byte part_sent;           /* bit set */
byte in_time;             /* bit set: the part lies in the log with a time before the deadline */

/* Topic `decisions`, read committed. */
byte decision_of[VERSIONS];
byte decisions;
byte decided; /* bit set */

/* The same topic, what its last stable offset has not passed: bit sets. */
byte doubtful;         /* in doubt: of the transaction under way, and of one that was left hanging */
byte doubtful_twice;   /* of these, the ones that lie there twice */
byte doubtful_missing; /* of these, the ones that report a missing part */
bool doubtful_fence;
byte written_by = 2; /* epoch of the producer's last record or marker: owner 0 or 1; 2: no owner's */

/* The transaction coordinator. */
#define NONE_OPEN 0
#define ONGOING 1
#define PREPARE_COMMIT 2
#define PREPARE_ABORT 3
byte transaction;
byte epoch_of = 2; /* whose producer was the last to be initialised; 2: nobody's */

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
#define FENCE_AGAIN 2
#define FENCE_SEND 3
#define FENCE_END 4
#define FENCE_STABLE 5
#define READ_COMMITTED_LOW 6
#define CLAIM 7
#define MARK_TO_END 8
#define ADOPT 9
#define WORK 10
#define SEND 11
#define END 12
#define STABLE 13
#define MARK 14
#define PUT_HAND 15

/* What has become of a record, seen by who waits for it to become stable. */
#define IN_DOUBT 0
#define COMMITTED 1
#define ABORTED 2
typedef OwnerMemory {
  byte at;
  byte token;
  byte seq;
  byte in_next;
  byte low;      /* open_low: of the group while it recovers, of the last answer while it works */
  byte end;      /* of `decisions`, taken while it recovers */
  byte replaced; /* data set that a rebuild gives up */
  byte until;    /* applied_until */
  byte hand;     /* so many records from in_next on wait to be put behind the mark */
  byte taken;    /* bit set: still to commit */
  byte timed_out; /* bit set: of these, the ones that will report a missing part */
  byte batch;    /* bit set: sent, to be marked */
  byte outcome;  /* of what was sent */
  byte behind    /* offset behind its last commit, 0: nothing to checkpoint */
};
OwnerMemory owner[2];

byte crashes = CRASHES;
byte wipes = WIPES;
byte rollbacks = ROLLBACKS;
byte moves = MOVES;
byte losses = LOSSES;
byte timeouts = TIMEOUTS;
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

/* Decided ahead of the put: what lies unread makes it complete, holds nothing else of its item, and the state knows nothing that is in the way. */
#define UNREAD(me, offset) ((offset) >= owner[me].in_next)
#define HAS_OPENING(me, v) (deadline[v] != 0 && UNREAD(me, opened_at[v]))
#define HAS_PART(me, v) ((part_sent & BIT(v)) && UNREAD(me, part_at[v]))
#define HAS_NEITHER(me, v) (!(HAS_OPENING(me, v)) && !(HAS_PART(me, v)))
#ifdef AHEAD_UNASKED
#define MAY_BE_AHEAD(me, v, unknown, owes_nothing) (HAS_PART(me, v) && (HAS_OPENING(me, v) || redis.status[v] == OPEN))
#else
#define MAY_BE_AHEAD(me, v, unknown, owes_nothing) (HAS_PART(me, v) && \
  ((HAS_OPENING(me, v) && redis.status[v] == NONE && (unknown)) || (redis.status[v] == OPEN && (owes_nothing))))
#endif
#if VERSIONS == 1
#define AHEAD(me, v) MAY_BE_AHEAD(me, v, true, true)
#define ANY_AHEAD(me) AHEAD(me, 0)
#else
#define AHEAD(me, v) ( \
  (v == 0 && HAS_NEITHER(me, 1) && MAY_BE_AHEAD(me, 0, redis.status[1] == NONE, redis.status[1] == NONE)) || \
  (v == 1 && HAS_NEITHER(me, 0) && MAY_BE_AHEAD(me, 1, redis.status[0] == NONE, redis.status[0] == NONE || redis.status[0] == SETTLED)) || \
  (v > 1 && MAY_BE_AHEAD(me, v, true, true)))
#if VERSIONS == 2
#define ANY_AHEAD(me) (AHEAD(me, 0) || AHEAD(me, 1))
#else
#define ANY_AHEAD(me) (AHEAD(me, 0) || AHEAD(me, 1) || AHEAD(me, 2))
#endif
#endif

byte i; /* scratch, 0 between steps */
