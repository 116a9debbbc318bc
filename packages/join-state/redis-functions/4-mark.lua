-- mark(token, seq, dec_off, late_ms, lines, decisions...): what stands committed on `decisions`, in its order. A line is version,
-- revision, flags, applied offset, milliseconds of a tombstone and of a look-up, in_off and the opening's offset or `-`, bytes of
-- the key; then the key, and behind it the next line.
-- Used after each transaction, and when an owner reads `decisions` to its end. `dec_off` may be empty: unchanged.
-- Answers DIVERGED and an offset, having marked nothing, where the state has put records beyond what one of the decisions was
-- taken from, and does not know that decision: those records were judged without it, and must be put again.

-- Takes a version and every lower one off the list of overtaken ones.
local function settle(x, version)
  local rest = ''
  for entry, v in string.gmatch(x, '(%a,(%d+),%d+,%d+;)') do
    if before(version, v) then
      rest = rest .. entry
    end
  end
  return rest
end

local function mark_lower(k, key, st, version)
  if st.x == '' then
    return
  end
  st.x = settle(st.x, version)
  save(k, key, st)
  if st.x == '' then
    redis.call('ZADD', k.op, num(st.o), key)
    if st.s == 'o' and not is_complete(st) then
      redis.call('ZADD', k.dl, num(st.D), key)
    end
  end
end

-- Answers whether the decision is newer than all that was known, and so than what `d:` holds.
local function mark_one(k, key, st, dec, late_ms)
  if st and st.hash and before(dec.v, st.v) then
    mark_lower(k, key, st, dec.v)
    return false
  elseif st and (before(dec.v, st.v) or (st.v == dec.v and dec.r <= st.r)) then
    return false
  end
  local keep = st and st.hash and st.v == dec.v and st.P ~= '' and late_ms > 0
    and not has(dec.f, 'e') and not has(dec.f, 's')
  if keep then
    if st.w == 'review' then
      redis.call('HDEL', k.i .. key, 'R')
    end
    if st.x ~= '' then
      redis.call('ZADD', k.op, num(st.o), key)
    end
    st.s, st.r, st.a, st.f, st.w, st.x = 'd', dec.r, dec.a, dec.f, '', ''
    save(k, key, st)
    redis.call('ZREM', k.dl, key)
    redis.call('ZADD', k.lw, num(st.D + late_ms), key)
    return true
  end
  if st and st.hash then
    drop(k, key, st)
  end
  bury(k, key, dec, dec.ttl)
  return true
end

local function keep_decision(k, key, dec, is_newer)
  if dec.lookup_ttl <= 0 then
    return
  end
  local old = is_newer and '' or redis.call('GETRANGE', k.d .. key, 0, 80)
  if old ~= '' then
    local st = parse_line(old)
    if before(dec.v, st.v) or (st.v == dec.v and dec.r < st.r) then
      return
    end
  end
  local text = line(dec) .. '\n' .. dec.body
  redis.call('SET', k.d .. key, text, 'PX', num(dec.lookup_ttl))
end

local function is_marked(st, dec)
  if not st then
    return false
  elseif st.v == dec.v then
    return dec.r <= st.r
  end
  return before(dec.v, st.v) and settle(st.x or '', dec.v) == (st.x or '')
end

local DECISION = '^(%d+) (%d+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%d+) ()'

local function read_decisions(args)
  local decisions, at = {}, 1
  for n = 6, #args do
    local v, r, f, a, ttl, lookup_ttl, taken, o, key_bytes, key_at = string.match(args[5], DECISION, at)
    at = key_at + key_bytes
    table.insert(decisions, {
      key = string.sub(args[5], key_at, at - 1), v = v, r = tonumber(r), f = f, a = tonumber(a), ttl = tonumber(ttl),
      lookup_ttl = tonumber(lookup_ttl), taken = tonumber(taken), o = tonumber(o) or -1, body = args[n],
    })
  end
  return decisions
end

-- The lowest offset that an unmarked decision was taken from, where the state has put more than that; nil: there is none.
local function diverged_at(k, decisions)
  local done = tonumber(redis.call('HGET', k.meta, 'in_off'))
  local lowest
  for _, dec in ipairs(decisions) do
    local taken = dec.taken
    if taken and taken < (lowest or done) and not is_marked(load(k, dec.key), dec) then
      lowest = taken
    end
  end
  return lowest
end

local function mark(keys, args)
  local k = enter(keys, args)
  if not k then
    return 'LOST'
  end
  local decisions = read_decisions(args)
  local diverged = diverged_at(k, decisions)
  if diverged then
    return { 'DIVERGED', num(diverged) }
  end
  for _, dec in ipairs(decisions) do
    local is_newer = mark_one(k, dec.key, load(k, dec.key), dec, tonumber(args[4]))
    keep_decision(k, dec.key, dec, is_newer)
  end
  if args[3] ~= '' then
    redis.call('HSET', k.meta, 'dec_off', args[3])
  end
  return { bytes(k), open_low(k), next_due(k) }
end
