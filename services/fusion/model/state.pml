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
