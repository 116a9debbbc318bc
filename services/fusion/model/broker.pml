/*
 * The broker's side of transactions on `decisions`. Part of join.pml.
 *
 * All producers of a partition share one producer id. A partition knows of an id only where its open transaction begins:
 * a record of any epoch joins it, and the next marker ends it all, one way (ProducerAppendInfo of Kafka 4.3).
 */
inline append_doubtful(versions, missing) {
  doubtful_twice = doubtful_twice | (doubtful & (versions));
  doubtful = doubtful | (versions);
  doubtful_missing = doubtful_missing | ((missing) & (versions))
}

/* Makes what is open readable, in the order of the versions. */
inline commit_doubtful() {
  assert(!doubtful_twice);
  do
  :: i < VERSIONS ->
    if
    :: doubtful & BIT(i) ->
      assert(!(decided & BIT(i)));
#if VERSIONS > 1
      assert(!(i == 0 && (decided & 2)));
#endif
      assert(!(doubtful_missing & in_time & BIT(i)));
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

#define WAITS(k) ((owner[k].at == STABLE || owner[k].at == FENCE_STABLE) && owner[k].outcome == IN_DOUBT)
inline tell(k, how) {
  if
  :: WAITS(k) ->
    owner[k].outcome = how;
    if
    :: how == COMMITTED && owner[k].at == STABLE -> owner[k].behind = decisions
    :: else
    fi
  :: else
  fi
}

inline write_marker(how) {
  doubtful = 0;
  doubtful_twice = 0;
  doubtful_missing = 0;
  doubtful_fence = false;
  written_by = epoch_of;
  transaction = NONE_OPEN;
  tell(0, how);
  tell(1, how)
}

proctype broker() {
end:
  do
  :: atomic { transaction == PREPARE_COMMIT -> commit_doubtful(); write_marker(COMMITTED) }
  :: atomic { transaction == PREPARE_ABORT -> write_marker(ABORTED) }
  /* It dies before the marker and takes the transaction for complete when it is back (KAFKA-20734). */
  :: atomic { losses > 0 && transaction >= PREPARE_COMMIT -> losses--; transaction = NONE_OPEN }
  /* A transaction that nobody ends is aborted after its time, under a new epoch. */
  :: atomic { timeouts > 0 && transaction == ONGOING -> timeouts--; transaction = PREPARE_ABORT; epoch_of = 2 }
  od
}
