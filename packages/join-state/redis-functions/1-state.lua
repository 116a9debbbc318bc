-- State of one partition of the join. KEYS[1] is always its meta hash, and every other key shares its hash tag.
--
-- Per item: `i:` a hash while anything waits or parts are kept; `t:` a tombstone "version revision applied flags opening" while
-- only duplicates are to be recognised; `d:` the latest decision behind the same line, for lookups. The opening's offset is left
-- out where it is not known.
-- Flags: h a human decided, c complete, e erased, s superseded, - none. Sorted sets: `dl` due time -> item (0: due at
-- once), `op` offset from which a rebuild must read for the item, `lw` end of the late window.
-- The hash: S the line below, M the opening's or erasure's payload, V<part>\n<digest> and F<part> what came of a part,
-- R a review's and Q a redecision's payload. A field costs about 50 bytes, hence one line for all that is short.
-- Versions are decimal strings, since a Lua number holds 53 bits only.

local ITEM_BYTES = 600
local PART_BYTES = 130

local function num(n)
  return string.format('%.0f', n)
end

local function before(a, b)
  if #a ~= #b then
    return #a < #b
  end
  return a < b
end

local function names(meta, ds)
  local base = string.match(meta, '^%b{}') .. ':' .. ds .. ':'
  return {
    meta = meta,
    i = base .. 'i:',
    t = base .. 't:',
    d = base .. 'd:',
    dl = base .. 'dl',
    op = base .. 'op',
    lw = base .. 'lw',
  }
end

-- The one check of every writing call: the caller is the owner, and the state is what it wrote last.
local function enter(keys, args)
  local m = redis.call('HMGET', keys[1], 'owner', 'seq', 'ds')
  if not m[1] or m[1] ~= args[1] or m[2] ~= args[2] then
    return nil
  end
  redis.call('HINCRBY', keys[1], 'seq', 1)
  return names(keys[1], m[3])
end

local function parse_line(line)
  local v, r, a, f, o = string.match(line, '^(%d+) (%d+) (%-?%d+) (%S+) ?(%d*)')
  return { v = v, r = tonumber(r), a = tonumber(a), f = f, o = tonumber(o) or -1, s = 'd' }
end

-- v version, r latest decided revision, a its applied offset, f its flags, s open/decided/erasing, D deadline,
-- w why a decided item is due again, o offset of the opening (-1: not known), T its time, l and L offset and time of the last record
-- that counted, b bytes, x overtaken versions ("kind,version,revision,offset;"), H one digit per part (1: an outcome is
-- there), then the part ids in order, a line each.
local LINE = '^(%d+) (%d+) (%-?%d+) (%S+) (%a) (%d+) (%S+) (%-?%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+)\n(.*)$'

local function parse_item(line)
  local st = { hash = true }
  st.v, st.r, st.a, st.f, st.s, st.D, st.w, st.o, st.T, st.l, st.L, st.b, st.x, st.H, st.P = string.match(line, LINE)
  st.r, st.a, st.D, st.o, st.T = tonumber(st.r), tonumber(st.a), tonumber(st.D), tonumber(st.o), tonumber(st.T)
  st.l, st.L, st.b = tonumber(st.l), tonumber(st.L), tonumber(st.b)
  if st.x == '-' then
    st.x = ''
  end
  if st.w == '-' then
    st.w = ''
  end
  if st.H == '-' then
    st.H = ''
  end
  return st
end

local function or_dash(text)
  return text == '' and '-' or text
end

local function item_line(st)
  return table.concat({
    st.v, num(st.r), num(st.a), st.f, st.s, num(st.D), or_dash(st.w), num(st.o), num(st.T), num(st.l), num(st.L),
    num(st.b), or_dash(st.x), or_dash(st.H),
  }, ' ') .. '\n' .. st.P
end

local function save(k, key, st)
  redis.call('HSET', k.i .. key, 'S', item_line(st))
end

-- Every expected part has an outcome. No parts and not open: nothing but a review or an erasure brought it here.
local function is_complete(st)
  return (st.P ~= '' or st.s == 'o') and not string.find(st.H, '0', 1, true)
end

-- Place of a part in the manifest; nil where it is not in it.
local function part_index(st, part)
  local index = 0
  for id in string.gmatch(st.P, '[^\n]+') do
    index = index + 1
    if id == part then
      return index
    end
  end
  return nil
end

local function has_outcome(st, index)
  return string.sub(st.H, index, index) == '1'
end

-- What is known of an item: from its hash, else its tombstone, else its latest decision; nil where nothing is.
local function load(k, key)
  local item = redis.call('HGET', k.i .. key, 'S')
  if item then
    return parse_item(item)
  end
  -- Of most openings nothing is known.
  if redis.call('EXISTS', k.t .. key, k.d .. key) == 0 then
    return nil
  end
  local settled = redis.call('GET', k.t .. key)
  if settled then
    return parse_line(settled)
  end
  settled = redis.call('GETRANGE', k.d .. key, 0, 80)
  if settled ~= '' then
    return parse_line(settled)
  end
  return nil
end

local function has(flags, flag)
  return string.find(flags, flag, 1, true) ~= nil
end

-- Removes an item's hash and whatever points to it.
local function drop(k, key, st)
  redis.call('UNLINK', k.i .. key)
  redis.call('ZREM', k.dl, key)
  redis.call('ZREM', k.op, key)
  redis.call('ZREM', k.lw, key)
  redis.call('HINCRBY', k.meta, 'bytes', num(-st.b))
end

-- What is left of an item, or of a decision: v, r, a, f and o are all that is read of `st`.
local function line(st)
  return st.v .. ' ' .. num(st.r) .. ' ' .. num(st.a) .. ' ' .. st.f .. (st.o < 0 and '' or ' ' .. num(st.o))
end

local function bury(k, key, st, ttl)
  if ttl > 0 then
    redis.call('SET', k.t .. key, line(st), 'PX', num(ttl))
  end
end

-- Offset of `embeddings` from which a rebuild must read.
local function open_low(k)
  local first = redis.call('ZRANGE', k.op, 0, 0, 'WITHSCORES')
  if first[2] then
    return num(tonumber(first[2]))
  end
  return num(tonumber(redis.call('HGET', k.meta, 'in_off')) + 1)
end

local function bytes(k)
  return redis.call('HGET', k.meta, 'bytes') or '0'
end

local function first_score(key)
  return tonumber(redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2])
end

-- When take will next find something, or something will outlive its late window; -1: never, as things stand.
local function next_due(k)
  local due, over = first_score(k.dl), first_score(k.lw)
  if due and over then
    return num(math.min(due, over))
  end
  return num(due or over or -1)
end
