-- take(token, seq, until_ms, limit, max_bytes, tombstone_ms, kept_low): what is due at or before `until_ms`, whole, at most `limit`
-- items and about `max_bytes`; nothing is taken away until it is marked. Of an item that is open since `kept_low` or later the
-- key alone: the caller put all of it, and has it still. Lets go of what outlived its late window.

local LATE_SWEEP = 256

local function sweep(k, until_ms, ttl)
  local over = redis.call('ZRANGEBYSCORE', k.lw, '-inf', until_ms, 'LIMIT', 0, LATE_SWEEP)
  for _, key in ipairs(over) do
    local st = load(k, key)
    if not (st and st.hash and st.s == 'd') then
      redis.call('ZREM', k.lw, key)
    elseif st.w == '' then
      drop(k, key, st)
      bury(k, key, st, ttl)
    end
  end
end

-- The decision under review is gone from the view (its window passed): the review has nothing to revise.
local function forget_review(k, key, ttl)
  local st = load(k, key)
  if st.P == '' then
    drop(k, key, st)
    bury(k, key, st, ttl)
  else
    st.w = ''
    save(k, key, st)
    redis.call('HDEL', k.i .. key, 'R')
    redis.call('ZREM', k.dl, key)
  end
end

local function take(keys, args)
  local k = enter(keys, args)
  if not k then
    return 'LOST'
  end
  local max_bytes, kept_low = tonumber(args[5]), tonumber(args[7])
  sweep(k, args[3], tonumber(args[6]))
  local due = redis.call('ZRANGEBYSCORE', k.dl, '-inf', args[3], 'LIMIT', 0, args[4])
  local items = {}
  local size = 0
  for _, key in ipairs(due) do
    if size >= max_bytes then
      break
    end
    local st = load(k, key)
    local review = st.w == 'review'
    local judged = review and redis.call('GET', k.d .. key) or ''
    if review and judged == '' then
      forget_review(k, key, tonumber(args[6]))
    elseif st.s == 'o' and st.o >= kept_low and st.x == '' then
      size = size + st.b
      table.insert(items, key)
    else
      local fields = redis.call('HGETALL', k.i .. key)
      for n = 2, #fields, 2 do
        size = size + #fields[n]
      end
      table.insert(items, { key, judged, fields })
    end
  end
  local oldest = redis.call('ZRANGE', k.op, 0, 0)[1]
  local opened = oldest and load(k, oldest).T or 0
  local more = redis.call('ZCOUNT', k.dl, '-inf', args[3]) > #items and '1' or '0'
  return { bytes(k), open_low(k), next_due(k), more, num(redis.call('ZCARD', k.dl)), num(opened), items }
end

-- ahead(token, seq, new, keys...): a digit per item, 1 where the caller may decide it before its records are put. Nothing at all is known of
-- the first `new`; the others, whose parts the caller has kept, are open and overtook nothing that still owes a decision.
local OPEN = '^%d+ %d+ %-?%d+ %S+ o %d+ %S+ %-?%d+ %d+ %d+ %d+ %d+ %- '

local function ahead(keys, args)
  local k = enter(keys, args)
  if not k then
    return 'LOST'
  end
  local last_new = 3 + tonumber(args[3])
  local out = {}
  for n = 4, #args do
    local key = args[n]
    local may
    if n <= last_new then
      may = redis.call('EXISTS', k.i .. key, k.t .. key, k.d .. key) == 0
    else
      may = string.find(redis.call('HGET', k.i .. key, 'S') or '', OPEN) ~= nil
    end
    out[n - 3] = may and '1' or '0'
  end
  return table.concat(out)
end
