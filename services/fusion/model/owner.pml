/* What an owner does, step by step. Part of join.pml. */

/* What was sent does not become stable, and no marker is on its way that would make it so: given up after a time. */
#define HANGS(me, step) \
  (owner[me].at == step && owner[me].outcome == IN_DOUBT && transaction < PREPARE_COMMIT)

inline recover(me) {
  if
  /* Step 2: the group's word and its last commit, then the fence. */
  :: atomic { owner[me].at == BEAT && generation == me -> owner[me].at = READ_COMMITTED_LOW }
  :: atomic { owner[me].at == READ_COMMITTED_LOW -> owner[me].low = committed_low; owner[me].at = FENCE }
  /* A transaction under way is aborted first, under a new epoch; one that is prepared is waited for. */
  :: atomic {
      owner[me].at == FENCE && transaction == ONGOING ->
      transaction = PREPARE_ABORT;
      epoch_of = 2;
      owner[me].at = FENCE_AGAIN
    }
  :: atomic { owner[me].at == FENCE_AGAIN && transaction == ONGOING -> forget(me) }
  :: atomic {
      (owner[me].at == FENCE || owner[me].at == FENCE_AGAIN) && transaction == NONE_OPEN ->
      epoch_of = me;
#if defined(FENCE_IS_EMPTY) || defined(NO_FENCE)
      owner[me].end = decisions;
      owner[me].at = CLAIM
#else
      owner[me].at = FENCE_SEND
#endif
    }
  :: atomic {
      owner[me].at == FENCE_SEND ->
      if
      :: FENCED(me) -> forget(me)
      :: else -> doubtful_fence = true; written_by = me; transaction = ONGOING; owner[me].at = FENCE_END
      fi
    }
  :: atomic {
      owner[me].at == FENCE_END ->
      if
      :: FENCED(me) -> forget(me)
      :: else ->
        transaction = PREPARE_ABORT;
#ifdef FENCE_IS_NOT_AWAITED
        owner[me].end = decisions;
        owner[me].at = CLAIM
#else
        owner[me].at = FENCE_STABLE
#endif
      fi
    }
  :: atomic {
      owner[me].at == FENCE_STABLE && owner[me].outcome != IN_DOUBT ->
      owner[me].outcome = IN_DOUBT;
      owner[me].end = decisions;
      owner[me].at = CLAIM
    }
  :: atomic { HANGS(me, FENCE_STABLE) -> forget(me) }
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
  /* What is unread makes something complete: it is decided first, and all of it put behind the mark. */
  :: atomic {
      owner[me].at == WORK && HOLDS(me) && ANY_AHEAD(me) -> take_ahead(me)
    }
  :: atomic {
      owner[me].at == PUT_HAND ->
      if
      :: HOLDS(me) -> put_hand(me); owner[me].at = WORK
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
      owner[me].at == SEND && (FENCED(me) || transaction == NONE_OPEN) ->
      /* All in one transaction, or the lowest version first. */
      if
      :: owner[me].batch = owner[me].taken
      :: VERSIONS > 1 -> owner[me].batch = owner[me].taken & (~owner[me].taken + 1)
      fi;
      if
      :: !(FENCED(me)) ->
        append_doubtful(owner[me].batch, owner[me].timed_out);
        written_by = me;
        transaction = ONGOING;
        owner[me].at = END
      :: FENCED(me) && written_by == me && doubtful ->
        /* The partition has not seen the newer epoch: it takes the record into what is open there. */
        append_doubtful(owner[me].batch, owner[me].timed_out);
        forget(me)
      :: FENCED(me) -> forget(me)
      fi
    }
  :: atomic {
      owner[me].at == END ->
      if
      :: FENCED(me) || transaction != ONGOING -> forget(me)
      :: else ->
        transaction = PREPARE_COMMIT;
        owner[me].taken = owner[me].taken & ~owner[me].batch;
        owner[me].timed_out = owner[me].timed_out & owner[me].taken;
#ifdef ANSWER_IS_COMMIT
        owner[me].at = MARK
#else
        owner[me].at = STABLE
#endif
      fi
    }
  :: atomic {
      owner[me].at == STABLE && owner[me].outcome != IN_DOUBT ->
      if
#ifdef STABLE_IS_COMMIT
      :: true -> owner[me].outcome = IN_DOUBT; owner[me].at = MARK
#else
      :: owner[me].outcome == COMMITTED -> owner[me].outcome = IN_DOUBT; owner[me].at = MARK
      :: else -> forget(me)
#endif
      fi
    }
  :: atomic { HANGS(me, STABLE) -> forget(me) }
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
        :: owner[me].taken -> owner[me].at = SEND
        :: !owner[me].taken && owner[me].hand -> owner[me].at = PUT_HAND
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
