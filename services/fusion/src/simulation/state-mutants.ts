import type { Mutant } from './mutant.js';

/** Of the Functions in Redis and of what a hold keeps: what compares them with the model on a real Redis must notice. */
export const STATE_MUTANTS: readonly Mutant[] = [
  {
    name: 'lua-token',
    part: 'the token, in Redis',
    package: 'packages/join-state',
    patches: [{ file: 'redis-functions/1-state.lua', from: 'or m[1] ~= args[1] ', to: '' }],
  },
  {
    name: 'lua-sequence',
    part: 'the sequence check, in Redis',
    package: 'packages/join-state',
    patches: [{ file: 'redis-functions/1-state.lua', from: ' or m[2] ~= args[2]', to: '' }],
  },
  {
    name: 'lua-manifest',
    part: 'the manifest, in Redis: a part that was not announced counts as the first',
    package: 'packages/join-state',
    patches: [
      {
        file: 'redis-functions/1-state.lua',
        from: '      return index\n    end\n  end\n  return nil',
        to: '      return index\n    end\n  end\n  return 1',
      },
    ],
  },
  {
    name: 'lua-diverged',
    part: 'the divergence check, in Redis: a state that went on without a decision is continued',
    package: 'packages/join-state',
    patches: [{ file: 'redis-functions/4-mark.lua', from: 'taken < (lowest or done)', to: 'false' }],
  },
  {
    name: 'lua-first-opening',
    part: 'the opening’s offset in decisions, in Redis: a rebuild takes a repeated opening for the first',
    package: 'packages/join-state',
    patches: [
      {
        file: 'redis-functions/2-put.lua',
        from: 'st.o == tonumber(rec.offset)',
        to: 'true',
      },
    ],
  },
  {
    name: 'lua-kept-overtaken',
    part: 'what a hold keeps, in Redis: the decision that an overtaken version owes is not answered',
    package: 'packages/join-state',
    patches: [{ file: 'redis-functions/3-take.lua', from: " and st.x == ''", to: '' }],
  },
  {
    name: 'lua-ahead-known',
    part: 'decided ahead, in Redis: an item is decided whatever is known of it',
    package: 'packages/join-state',
    patches: [{ file: 'redis-functions/3-take.lua', from: ', k.d .. key) == 0', to: ', k.d .. key) >= 0' }],
  },
  {
    name: 'lua-ahead-overtaken',
    part: 'decided ahead, in Redis: before the decision that an overtaken version owes',
    package: 'packages/join-state',
    patches: [{ file: 'redis-functions/3-take.lua', from: " %d+ %- '", to: " %d+ '" }],
  },
  {
    name: 'ahead-second-outcome',
    part: 'decided ahead: a second outcome of a part counts',
    package: 'packages/join-state',
    patches: [
      {
        file: 'dist/ahead-items.js',
        from: 'if (item.parts.some((part) => part.partId === partId))',
        to: 'if (false)',
      },
    ],
  },
  {
    name: 'kept-failure',
    part: 'what a hold keeps: a failure stays beside the vectors that came after it',
    package: 'packages/join-state',
    patches: [{ file: 'dist/kept-items.js', from: 'if (failed >= 0)', to: 'if (false)' }],
  },
  {
    name: 'lua-sweep',
    part: 'the fence of the sweep, in Redis',
    package: 'packages/join-state',
    patches: [
      {
        file: 'redis-functions/5-own.lua',
        from: 'if m[1] ~= args[1] or m[2] ~= args[2] then',
        to: 'if false then',
      },
    ],
  },
  {
    name: 'lua-sweep-meta',
    part: 'a data set that loses a key while it is filled can be adopted, in Redis',
    package: 'packages/join-state',
    patches: [{ file: 'redis-functions/5-own.lua', from: ", tag .. ':' .. ds .. ':build'", to: '' }],
  },
  {
    name: 'lua-stale-before-late',
    part: 'the order of stale and late, in Redis: a part of an older version counts for the newer',
    package: 'packages/join-state',
    patches: [
      {
        file: 'redis-functions/2-put.lua',
        from: "    return 'r'\n  elseif before(rec.version, st.v) then\n    return 's'\n  elseif before(st.v, rec.version) then\n    return 'r'\n  elseif not st.hash or st.s",
        to: "    return 'r'\n  elseif before(st.v, rec.version) then\n    return 'r'\n  elseif not st.hash or st.s",
      },
    ],
  },
];
