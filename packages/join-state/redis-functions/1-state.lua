-- State of one partition of the join. KEYS[1] is always its meta hash, and every other key shares its hash tag.
--
-- Per item: `i:` a hash while anything waits or vectors are kept; `t:` a tombstone "version revision applied flags"
-- while only duplicates are to be recognised; `d:` the latest decision behind the same line, for lookups.
-- Flags: h a human decided, c complete, e erased, - none. Sorted sets: `dl` due time -> item (0: due at once), `op`
-- offset from which a rebuild must read for the item, `lw` end of the late window.
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

local function add_bytes(k, key, n)
  redis.call('HINCRBY', k.i .. key, 'b', n)
  redis.call('HINCRBY', k.meta, 'bytes', n)
end

local function parse_line(line)
  local v, r, a, f = string.match(line, '^(%d+) (%d+) (%-?%d+) (%S+)')
  return { v = v, r = tonumber(r), a = tonumber(a), f = f, s = 'd' }
end

local FIELDS = { 'v', 'r', 's', 'a', 'f', 'D', 'n', 'm', 'P', 'H', 'w', 'x', 'o', 'l', 'b' }

-- What is known of an item: from its hash, else its tombstone, else its latest decision; nil where nothing is.
local function load(k, key)
  local h = redis.call('HMGET', k.i .. key, unpack(FIELDS))
  if h[1] then
    local st = { hash = true }
    for n, name in ipairs(FIELDS) do
      st[name] = h[n] or ''
    end
    for _, name in ipairs({ 'r', 'D', 'n', 'm', 'o', 'l', 'b' }) do
      st[name] = tonumber(st[name]) or 0
    end
    st.a = tonumber(st.a) or -1
    return st
  end
  local line = redis.call('GET', k.t .. key)
  if line then
    return parse_line(line)
  end
  line = redis.call('GETRANGE', k.d .. key, 0, 80)
  if line ~= '' then
    return parse_line(line)
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
  redis.call('HINCRBY', k.meta, 'bytes', -st.b)
end

local function line(v, r, a, f)
  return v .. ' ' .. num(r) .. ' ' .. num(a) .. ' ' .. f
end

local function bury(k, key, v, r, a, f, ttl)
  if ttl > 0 then
    redis.call('SET', k.t .. key, line(v, r, a, f), 'PX', num(ttl))
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
