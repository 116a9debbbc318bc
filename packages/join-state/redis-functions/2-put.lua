-- put(token, seq, in_off, late_ms, 9 arguments per record): applies records in log order.
-- Answers one letter per record; packages/join-state's outcomes.ts says what each means.

local function decided_answer(st, offset)
  if offset <= st.a then
    return 'y'
  elseif has(st.f, 'c') then
    return 'd'
  end
  return 't'
end

local function write_item(k, key, rec, fields, due)
  redis.call('DEL', k.i .. key, k.t .. key)
  redis.call('HSET', k.i .. key, 'v', rec.version, 'o', rec.offset, 'l', rec.offset, 'L', rec.time, unpack(fields))
  redis.call('ZADD', k.dl, due, key)
  add_bytes(k, key, ITEM_BYTES + #rec.payload + #rec.a)
end

-- Versions that the new record overtakes and that still owe a decision: "kind version revision offset;".
local function overtaken(st, offset)
  if not (st and st.hash) then
    return ''
  end
  if st.s == 'o' then
    return st.x .. 's ' .. st.v .. ' 1 ' .. offset .. ';'
  elseif st.s == 'e' then
    return st.x .. 'e ' .. st.v .. ' ' .. num(st.r + 1) .. ' ' .. num(st.l) .. ';'
  end
  return st.x
end

-- Starts the record's version, keeping what overtaken ones still need: their due decisions and their replay offset.
local function begin(k, key, st, rec, fields, due)
  local x = overtaken(st, rec.offset)
  local replay = rec.offset
  if x ~= '' then
    replay = redis.call('ZSCORE', k.op, key) or rec.offset
    due = '0'
  end
  if st and st.hash then
    drop(k, key, st)
  end
  table.insert(fields, 'x')
  table.insert(fields, x)
  write_item(k, key, rec, fields, due)
  redis.call('ZADD', k.op, replay, key)
end

local function put_opened(k, key, st, rec, late_ms)
  local deadline = tonumber(rec.b)
  local fields = { 's', 'o', 'r', '0', 'D', rec.b, 'n', rec.c, 'm', '0', 'P', rec.a, 'H', '\n', 'M', rec.payload, 'T', rec.time }
  if not st or before(st.v, rec.version) then
    begin(k, key, st, rec, fields, rec.c == '0' and '0' or rec.b)
    return 'o'
  elseif before(rec.version, st.v) then
    return 's'
  elseif tonumber(rec.offset) > st.a then
    return 'd'
  elseif not st.hash and not has(st.f, 'e') and late_ms > 0 and deadline + late_ms > tonumber(rec.time) then
    -- A replay below the decision, inside the late window: keep the parts again, decided as they are.
    write_item(k, key, rec, fields, '0')
    redis.call('HSET', k.i .. key, 's', 'd', 'r', num(st.r), 'a', num(st.a), 'f', st.f)
    redis.call('ZREM', k.dl, key)
    redis.call('ZADD', k.op, rec.offset, key)
    redis.call('ZADD', k.lw, num(deadline + late_ms), key)
  end
  return 'y'
end

local function store_part(k, key, st, rec, item)
  local part = '\n' .. rec.a .. '\n'
  local failure = rec.kind == 'F'
  local field = rec.kind .. rec.a .. (failure and '' or '\n' .. rec.b)
  local known = string.find(st.H, part, 1, true)
  if failure and known then
    return false
  elseif redis.call('HEXISTS', item, field) == 1 or redis.call('HLEN', item) > 24 + 4 * st.n then
    return false
  end
  redis.call('HSET', item, field, rec.payload)
  add_bytes(k, key, PART_BYTES + #rec.payload + #field)
  if not failure then
    redis.call('HDEL', item, 'F' .. rec.a)
  end
  if not known then
    redis.call('HSET', item, 'H', st.H .. rec.a .. '\n')
    redis.call('HINCRBY', item, 'm', 1)
    st.m = st.m + 1
  end
  return true
end

local function put_part(k, key, st, rec, late_ms)
  local offset = tonumber(rec.offset)
  if not st then
    return 'r'
  elseif before(rec.version, st.v) then
    return 's'
  elseif before(st.v, rec.version) then
    return 'r'
  elseif not st.hash or st.s == 'e' or st.P == '' then
    return decided_answer(st, offset)
  elseif not string.find(st.P, '\n' .. rec.a .. '\n', 1, true) then
    return 'x'
  end
  local item = k.i .. key
  if st.s == 'd' and offset > st.a then
    if rec.kind == 'F' then
      return string.find(st.H, '\n' .. rec.a .. '\n', 1, true) and 'd' or 't'
    elseif has(st.f, 'h') or st.w == 'review' then
      return 'h'
    elseif tonumber(rec.time) > st.D + late_ms then
      return 't'
    end
  end
  if not store_part(k, key, st, rec, item) then
    return (st.s == 'd' and offset <= st.a) and 'y' or 'd'
  elseif st.s == 'd' and offset <= st.a then
    return 'y'
  end
  redis.call('HSET', item, 'l', rec.offset, 'L', rec.time)
  if st.s == 'd' then
    redis.call('HSET', item, 'w', st.w == '' and 'late' or st.w)
    redis.call('ZADD', k.dl, '0', key)
    return 'l'
  elseif st.m == st.n then
    redis.call('ZADD', k.dl, '0', key)
    return 'c'
  end
  return 'p'
end

local function put_erased(k, key, st, rec)
  local offset = tonumber(rec.offset)
  if st and before(rec.version, st.v) then
    return 's'
  elseif st and st.v == rec.version then
    if offset <= st.a then
      return 'y'
    elseif st.s == 'e' or has(st.f, 'e') then
      return 'd'
    end
    local x = st.x or ''
    local replay = redis.call('ZSCORE', k.op, key) or rec.offset
    if st.hash then
      drop(k, key, st)
    end
    write_item(k, key, rec, { 's', 'e', 'r', num(st.r), 'a', num(st.a), 'M', rec.payload, 'x', x }, '0')
    redis.call('ZADD', k.op, replay, key)
    return 'e'
  end
  begin(k, key, st, rec, { 's', 'e', 'r', '0', 'M', rec.payload }, '0')
  return 'e'
end

local function put_review(k, key, st, rec)
  local offset = tonumber(rec.offset)
  if not st or st.v ~= rec.version then
    return 'w'
  elseif offset <= st.a then
    return 'y'
  elseif st.s ~= 'd' or (st.w or '') ~= '' or has(st.f, 'e') or tonumber(rec.b) ~= st.r then
    return 'w'
  elseif redis.call('EXISTS', k.d .. key) == 0 then
    return 'w'
  end
  local item = k.i .. key
  if st.hash then
    redis.call('HSET', item, 'l', rec.offset, 'L', rec.time)
    redis.call('ZADD', k.dl, '0', key)
    add_bytes(k, key, #rec.payload)
  else
    write_item(k, key, rec, { 's', 'd', 'r', num(st.r), 'a', num(st.a), 'f', st.f }, '0')
    redis.call('ZADD', k.op, rec.offset, key)
  end
  redis.call('HSET', item, 'w', 'review', 'R', rec.payload)
  return 'v'
end

local function put_redecide(k, key, st, rec)
  local offset = tonumber(rec.offset)
  if not st then
    return 'u'
  elseif before(rec.version, st.v) then
    return 's'
  elseif before(st.v, rec.version) then
    return 'r'
  elseif offset <= st.a then
    return 'y'
  elseif not st.hash or st.P == '' then
    return 'u'
  elseif st.s == 'd' and (has(st.f, 'h') or st.w == 'review') then
    return 'h'
  end
  local item = k.i .. key
  redis.call('HSET', item, 'Q', rec.payload, 'l', rec.offset, 'L', rec.time)
  add_bytes(k, key, #rec.payload)
  if st.s == 'd' then
    redis.call('HSET', item, 'w', 'redecide')
    redis.call('ZADD', k.dl, '0', key)
  end
  return 'q'
end

local PUT = { O = put_opened, V = put_part, F = put_part, E = put_erased, R = put_review, Q = put_redecide }

local function put(keys, args)
  local k = enter(keys, args)
  if not k then
    return 'LOST'
  end
  local done = tonumber(redis.call('HGET', k.meta, 'in_off'))
  local late_ms = tonumber(args[4])
  local out = {}
  for n = 5, #args, 9 do
    local rec = {
      kind = args[n], version = args[n + 2], offset = args[n + 3], time = args[n + 4],
      a = args[n + 5], b = args[n + 6], c = args[n + 7], payload = args[n + 8],
    }
    if tonumber(rec.offset) <= done then
      table.insert(out, 'k')
    else
      local key = args[n + 1]
      table.insert(out, PUT[rec.kind](k, key, load(k, key), rec, late_ms))
    end
  end
  if tonumber(args[3]) > done then
    redis.call('HSET', k.meta, 'in_off', args[3])
  end
  return { table.concat(out), bytes(k), open_low(k) }
end
