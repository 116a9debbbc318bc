-- put(token, seq, in_off, late_ms, lines, payloads...): applies records in log order. A line is kind, version, offset, time, b, c,
-- bytes of the key and of a; then these two with nothing between them, and behind them the next line.
-- Answers one letter per record; packages/join-state's outcomes.ts says what each means.

-- Several records of one put often belong to one item, so an item is read at its first and written behind the last: k.items holds
-- those that were met, by key (false: nothing is known of it), k.changed those to be written, and k.added the bytes they grew by.

local function current(k, key)
  if k.items[key] == nil then
    k.items[key] = load(k, key) or false
  end
  return k.items[key] or nil
end

local function change(k, key, st, added)
  st.b = st.b + added
  k.added = k.added + added
  k.changed[key] = st
end

local function set_field(st, name, value)
  st.new = st.new or {}
  table.insert(st.new, name)
  table.insert(st.new, value)
end

local function write(k, key, st)
  redis.call('HSET', k.i .. key, 'S', item_line(st), unpack(st.new or {}))
  st.new = nil
end

local function decided_answer(st, offset)
  if offset <= st.a then
    return 'y'
  elseif has(st.f, 'c') then
    return 'd'
  end
  return 't'
end

-- Makes the item anew from a record and what `over` says; whatever hash it had is dropped by then.
local function make_item(k, key, rec, over, due)
  if k.items[key] then
    redis.call('DEL', k.t .. key)
  end
  local offset, time = tonumber(rec.offset), tonumber(rec.time)
  local st = {
    hash = true, v = rec.version, r = 0, a = -1, f = '-', s = 'o', D = 0, w = '', o = offset, T = 0, l = offset, L = time,
    b = 0, x = '', H = '', P = '',
  }
  for name, value in pairs(over) do
    st[name] = value
  end
  k.items[key] = st
  change(k, key, st, ITEM_BYTES + #rec.payload + #st.P)
  if due then
    redis.call('ZADD', k.dl, due, key)
  end
  return st
end

-- Versions that the new record overtakes and that still owe a decision.
local function overtaken(st, offset)
  if not (st and st.hash) then
    return ''
  end
  if st.s == 'o' then
    return st.x .. 's,' .. st.v .. ',1,' .. offset .. ';'
  elseif st.s == 'e' then
    return st.x .. 'e,' .. st.v .. ',' .. num(st.r + 1) .. ',' .. num(st.l) .. ';'
  end
  return st.x
end

-- Starts the record's version, keeping what overtaken ones still need: their due decisions and their replay offset.
local function begin(k, key, st, rec, over, due)
  local x = overtaken(st, rec.offset)
  local replay = rec.offset
  if x ~= '' then
    replay = redis.call('ZSCORE', k.op, key) or rec.offset
    due = '0'
  end
  if st and st.hash then
    drop(k, key, st)
  end
  over.x = x
  set_field(make_item(k, key, rec, over, due), 'M', rec.payload)
  redis.call('ZADD', k.op, replay, key)
end

local function put_opened(k, key, st, rec, late_ms)
  local deadline = tonumber(rec.b)
  local opening = { D = deadline, T = tonumber(rec.time), P = rec.a, H = string.rep('0', tonumber(rec.c)) }
  if not st or before(st.v, rec.version) then
    begin(k, key, st, rec, opening, rec.c == '0' and '0' or rec.b)
    return 'o'
  elseif before(rec.version, st.v) then
    return 's'
  elseif tonumber(rec.offset) > st.a then
    return 'd'
  elseif not st.hash and not has(st.f, 'e') and late_ms > 0 and deadline + late_ms > tonumber(rec.time)
    and (st.o < 0 or st.o == tonumber(rec.offset)) then
    -- A replay below the decision, inside the late window: keep the parts again, decided as they are. Not from a repeated opening
    -- whose first lies below the replay: its window is not the item's, and parts before it would be missing.
    opening.s, opening.r, opening.a, opening.f = 'd', st.r, st.a, st.f
    set_field(make_item(k, key, rec, opening, nil), 'M', rec.payload)
    redis.call('ZADD', k.op, rec.offset, key)
    redis.call('ZADD', k.lw, num(deadline + late_ms), key)
  end
  return 'y'
end

-- Keeps a part unless it is known; answers the bytes it added, nil where nothing was kept.
local function store_part(k, key, st, rec, index)
  local failure = rec.kind == 'F'
  local field = rec.kind .. rec.a .. (failure and '' or '\n' .. rec.b)
  if has_outcome(st, index) then
    local item = k.i .. key
    if failure then
      return nil
    end
    write(k, key, st)
    if redis.call('HEXISTS', item, field) == 1 or redis.call('HLEN', item) > 8 + 4 * #st.H then
      return nil
    end
    redis.call('HDEL', item, 'F' .. rec.a)
  end
  set_field(st, field, rec.payload)
  st.H = string.sub(st.H, 1, index - 1) .. '1' .. string.sub(st.H, index + 1)
  return PART_BYTES + #rec.payload + #field
end

-- Why a part of a decided item changes nothing; nil where it makes a revision.
local function refuse_late(st, rec, index, late_ms)
  if rec.kind == 'F' then
    return has_outcome(st, index) and 'd' or 't'
  elseif has(st.f, 'h') or st.w == 'review' then
    return 'h'
  elseif tonumber(rec.time) > st.D + late_ms then
    return 't'
  end
  return nil
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
  end
  local index = part_index(st, rec.a)
  if not index then
    return 'x'
  end
  local replayed = st.s == 'd' and offset <= st.a
  local refused = st.s == 'd' and not replayed and refuse_late(st, rec, index, late_ms)
  if refused then
    return refused
  end
  local added = store_part(k, key, st, rec, index)
  if replayed then
    if added then
      change(k, key, st, added)
    end
    return 'y'
  elseif not added then
    return 'd'
  end
  st.l, st.L = offset, tonumber(rec.time)
  local answer = 'p'
  if st.s == 'd' then
    st.w = st.w == '' and 'late' or st.w
    answer = 'l'
  elseif is_complete(st) then
    answer = 'c'
  end
  change(k, key, st, added)
  if answer ~= 'p' then
    redis.call('ZADD', k.dl, '0', key)
  end
  return answer
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
    set_field(make_item(k, key, rec, { s = 'e', r = st.r, a = st.a, x = x }, '0'), 'M', rec.payload)
    redis.call('ZADD', k.op, replay, key)
    return 'e'
  end
  begin(k, key, st, rec, { s = 'e' }, '0')
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
  local added = #rec.payload
  if not st.hash then
    added = 0
    st = make_item(k, key, rec, { s = 'd', r = st.r, a = st.a, f = st.f, o = st.o }, nil)
    redis.call('ZADD', k.op, rec.offset, key)
  end
  st.w, st.l, st.L = 'review', offset, tonumber(rec.time)
  change(k, key, st, added)
  redis.call('ZADD', k.dl, '0', key)
  set_field(st, 'R', rec.payload)
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
  set_field(st, 'Q', rec.payload)
  st.l, st.L = offset, tonumber(rec.time)
  if st.s == 'd' then
    st.w = 'redecide'
    redis.call('ZADD', k.dl, '0', key)
  end
  change(k, key, st, #rec.payload)
  return 'q'
end

local PUT = { O = put_opened, V = put_part, F = put_part, E = put_erased, R = put_review, Q = put_redecide }

local HEAD = '^(%a) (%S+) (%S+) (%S+) (%S+) (%S+) (%d+) (%d+) ()'

-- The key and the record whose line begins at `from`, and where the next one does.
local function read_record(lines, from, payload)
  local kind, version, offset, time, b, c, key_bytes, a_bytes, key_at = string.match(lines, HEAD, from)
  local a_at = key_at + key_bytes
  local behind = a_at + a_bytes
  local key, a = string.sub(lines, key_at, a_at - 1), string.sub(lines, a_at, behind - 1)
  local rec = { kind = kind, version = version, offset = offset, time = time, a = a, b = b, c = c, payload = payload }
  return key, rec, behind
end

local function put(keys, args)
  local k = enter(keys, args)
  if not k then
    return 'LOST'
  end
  local done = tonumber(redis.call('HGET', k.meta, 'in_off'))
  local late_ms = tonumber(args[4])
  local out = {}
  k.items, k.changed, k.added = {}, {}, 0
  local at, key, rec = 1, nil, nil
  for n = 6, #args do
    key, rec, at = read_record(args[5], at, args[n])
    if tonumber(rec.offset) <= done then
      table.insert(out, 'k')
    else
      table.insert(out, PUT[rec.kind](k, key, current(k, key), rec, late_ms))
    end
  end
  for key, st in pairs(k.changed) do
    write(k, key, st)
  end
  redis.call('HINCRBY', k.meta, 'bytes', num(k.added))
  if tonumber(args[3]) > done then
    redis.call('HSET', k.meta, 'in_off', args[3])
  end
  return { bytes(k), open_low(k), next_due(k), table.concat(out) }
end
