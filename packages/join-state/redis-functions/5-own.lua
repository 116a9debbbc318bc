-- claim(token, ready_off): makes the caller the owner of the state that is there. Nothing there: answers nothing.
-- The state may be an old one: until it has reached `ready_off`, an absent item is not known to be unknown.
local function claim(keys, args)
  if redis.call('EXISTS', keys[1]) == 0 then
    return {}
  end
  redis.call('HSET', keys[1], 'owner', args[1])
  redis.call('HINCRBY', keys[1], 'seq', 1)
  if tonumber(args[2]) > tonumber(redis.call('HGET', keys[1], 'ready_off')) then
    redis.call('HSET', keys[1], 'ready_off', args[2])
  end
  local m = redis.call('HMGET', keys[1], 'ds', 'seq', 'in_off', 'dec_off', 'bytes', 'ready_off')
  return m
end

-- build(token, ds, in_off): starts the meta of a new data set under its own key KEYS[1], owned by the caller.
local function build(keys, args)
  redis.call('DEL', keys[1])
  redis.call('HSET', keys[1], 'ds', args[2], 'owner', args[1], 'seq', '0', 'in_off', args[3],
    'dec_off', '0', 'bytes', '0', 'ready_off', '-1')
  return 'OK'
end

-- adopt(token, seq, replaced, ready_off): the data set of KEYS[1] becomes the partition's, whose meta is KEYS[2].
-- `replaced` is the data set that the caller means to give up; empty: there is none.
local function adopt(keys, args)
  local current = redis.call('HGET', keys[2], 'ds') or ''
  if current ~= args[3] or not enter(keys, args) then
    return 'LOST'
  end
  redis.call('HSET', keys[1], 'ready_off', args[4])
  redis.call('RENAME', keys[1], keys[2])
  return 'OK'
end

-- sweep(token, ds, keys...): removes keys of data sets that are not `ds`, the caller's own. It runs beside the owner's other
-- calls and so has no sequence number, but it must never outlive the ownership: another owner's data set is not `ds` either.
-- A set that is still being filled loses its meta with its first key, so that it can never be adopted with keys missing.
local function sweep(keys, args)
  local m = redis.call('HMGET', keys[1], 'owner', 'ds')
  if m[1] ~= args[1] or m[2] ~= args[2] then
    return 'LOST'
  end
  local tag = string.match(keys[1], '^%b{}')
  local removed = 0
  for n = 3, #args do
    local ds = string.match(args[n], '^:([^:]+):', #tag + 1)
    if ds and ds ~= args[2] then
      removed = removed + redis.call('UNLINK', args[n], tag .. ':' .. ds .. ':build')
    end
  end
  return removed
end

-- What a lookup tells of an item: a letter (d decided, p pending, u unknown) before its version; its decision with its line.
local function told(items, settled, decided, key)
  local line = redis.call('HGET', items .. key, 'S')
  if line then
    local version, status = string.match(line, '^(%d+) %d+ %-?%d+ %S+ (%a)')
    return (status == 'd' and 'd' or 'p') .. version, redis.call('GET', decided .. key)
  end
  local kept = redis.call('MGET', settled .. key, decided .. key)
  line = kept[1] or kept[2]
  return line and 'd' .. string.match(line, '^%d+') or 'u0', kept[2]
end

-- lookup(count, keys..., count, keys...), a count for each of KEYS, all of them meta hashes: read only. Answers one list: per
-- partition its in_off and ready_off, or nothing where it has no state, then two strings per item. Called for every item that
-- anybody asks about, so it reads no more of a line than it needs.
local function lookup(keys, args)
  local out = {}
  local at = 1
  for _, meta in ipairs(keys) do
    local last = at + tonumber(args[at])
    local m = redis.call('HMGET', meta, 'ds', 'in_off', 'ready_off')
    if m[1] then
      local k = names(meta, m[1])
      table.insert(out, m[2] .. ' ' .. m[3])
      for n = at + 1, last do
        local state, decision = told(k.i, k.t, k.d, args[n])
        table.insert(out, state)
        table.insert(out, decision or '')
      end
    else
      table.insert(out, '')
    end
    at = last + 1
  end
  return out
end

local function register(name, callback, flags)
  redis.register_function({ function_name = 'tercet_join_' .. name .. '_@VERSION@', callback = callback, flags = flags })
end

-- Redis refuses a call without allow-oom above its memory limit, even one that frees memory.
register('put', put, {})
register('claim', claim, { 'allow-oom' })
register('build', build, { 'allow-oom' })
register('adopt', adopt, { 'allow-oom' })
register('take', take, { 'allow-oom' })
register('ahead', ahead, { 'allow-oom' })
register('mark', mark, { 'allow-oom' })
register('sweep', sweep, { 'allow-oom' })
register('lookup', lookup, { 'no-writes' })
