import type { Mutant, Patch } from './mutant.js';
import { STATE_MUTANTS } from './state-mutants.js';

const NO_EPOCHS: Patch = {
  file: 'dist/simulation/transactions.js',
  from: 'if (own.epoch !== epoch) {',
  to: 'if (false) {',
};
const OLD_EPOCHS: Patch = {
  file: 'dist/simulation/broker-log.js',
  from: 'if (epoch < known)',
  to: 'if (false)',
};
const TRUSTING: Patch = {
  file: 'dist/join-model.js',
  from: 'now?.owner === owner && now.seq === seq',
  to: 'true',
};

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'fence-both-layers',
    part: 'fencing: old epochs may write, and the state answers whoever asks',
    patches: [NO_EPOCHS, OLD_EPOCHS, TRUSTING],
  },
  { name: 'fence-kafka', part: 'fencing in Kafka: old epochs may write', patches: [NO_EPOCHS, OLD_EPOCHS] },
  {
    name: 'fence-without-record',
    part: 'the fence leaves no record, so that what hangs stays hanging',
    patches: [
      {
        file: 'dist/simulation/process-bus.js',
        from: 'const offsets = await this.#send(identity, fenceOn, [record]);',
        to: 'const end = this.broker.log.end(fenceOn); return { identity, fencedTo: end };',
      },
    ],
  },
  {
    name: 'idle-over-refused',
    part: 'an idle round counts though what came before it was refused for want of memory, and is read again',
    patches: [
      {
        file: 'dist/owned-partition.js',
        from: 'this.deps.mailbox.clear();\n        this.#inHand',
        to: 'this.#inHand',
      },
    ],
  },
  {
    name: 'token',
    part: 'the token: the state answers any owner that knows the sequence number',
    patches: [{ ...TRUSTING, to: 'now?.seq === seq' }],
  },
  {
    name: 'sequence',
    part: 'the sequence check: the state answers its owner though it stepped back',
    patches: [{ ...TRUSTING, to: 'now?.owner === owner' }],
  },
  {
    name: 'stable-wait',
    part: 'a commit counts before it can be read',
    patches: [
      {
        file: 'dist/simulation/process-bus.js',
        from: "await this.#call('end', () => this.broker.transactions.end(identity, true));",
        to: "await this.#call('end', () => this.broker.transactions.end(identity, true)); return;",
      },
    ],
  },
  {
    name: 'read-back',
    part: 'a commit counts once the stable end has passed it, by whatever marker',
    patches: [
      {
        file: 'dist/simulation/process-bus.js',
        from: 'if (read.length > 0)\n            return;',
        to: 'return;',
      },
    ],
  },
  {
    name: 'manifest',
    part: 'the manifest: a part that was not announced counts',
    patches: [
      { file: 'dist/join-model-put.js', from: '!live.manifest.includes(record.partId)', to: 'false' },
    ],
  },
  {
    name: 'mark-after-commit',
    part: 'the mark after a commit',
    patches: [
      {
        file: 'dist/decide-due.js',
        from: 'await hold.mark(run.map((one) => one.mark))',
        to: 'await hold.mark([])',
      },
    ],
  },
  {
    name: 'mark-before-commit',
    part: 'the order of commit and mark',
    patches: [
      {
        file: 'dist/decide-due.js',
        from: 'await heartbeat();',
        to: 'await heartbeat(); await hold.mark(run.map((one) => one.mark));',
      },
    ],
  },
  {
    name: 'mark-at-recovery',
    part: 'marking what the log holds at a recovery',
    patches: [{ file: 'dist/decision-log.js', from: 'waiting.push(mark)', to: 'void mark' }],
  },
  {
    name: 'read-to-end',
    part: 'reading to the end: a recovery ends where the state believes the log to end',
    patches: [
      {
        file: 'dist/recover-state.js',
        from: 'const range = { from: decisionsOffset, end: decisions.end };',
        to: 'const range = { from: decisionsOffset, end: decisionsOffset };',
      },
    ],
  },
  {
    name: 'stale-end',
    part: 'reading to the end: a recovery reads to an end from before its fence',
    patches: [
      {
        file: 'dist/partition-owner.js',
        from: 'const producer = await bus.transactionalProducer(',
        to: 'const early = (await reader.bounds({ topic: TOPIC.decisions, partition })).end; const producer = await bus.transactionalProducer(',
      },
      { file: 'dist/partition-owner.js', from: 'decisionsEnd: producer.fencedTo', to: 'decisionsEnd: early' },
    ],
  },
  {
    name: 'open-low',
    part: 'open_low: a rebuild goes on where the group had read to',
    patches: [
      {
        file: 'dist/owned-partition.js',
        from: 'encodeOpenLow(this.#figures.openLow)',
        to: 'encodeOpenLow(offset)',
      },
    ],
  },
  {
    name: 'applied-until',
    part: 'applied_until: deadlines by the clock, whatever lies unread in the log',
    patches: [
      {
        file: 'dist/owned-partition.js',
        from: 'await this.#decide(this.#appliedUntilMs);',
        to: 'await this.#decide(this.deps.clock.at(this.deps.time.nowMs()));',
      },
      {
        file: 'dist/owned-partition.js',
        from: 'this.#nextDueMs <= this.#appliedUntilMs',
        to: 'this.#nextDueMs <= this.deps.clock.at(this.deps.time.nowMs())',
      },
    ],
  },
  {
    name: 'caught-up',
    part: 'applied_until at a recovery: what is overdue is decided before what lies unread in the log',
    patches: [
      {
        file: 'dist/owned-partition.js',
        from: 'if (end > this.nextOffset)',
        to: 'if (false)',
      },
      {
        file: 'dist/owned-partition.js',
        from: 'if (this.nextOffset === end)',
        to: 'if (true)',
      },
    ],
  },
  {
    name: 'broker-clock',
    part: "the broker's clock: deadlines by this process's own",
    patches: [{ file: 'dist/broker-clock.js', from: 'return ourTimeMs +', to: 'return ourTimeMs + 0 *' }],
  },
  {
    name: 'stale-before-late',
    part: 'the order of stale and late: a part of an older version counts for the newer',
    patches: [
      {
        file: 'dist/join-model-put.js',
        from: "    if (record.version < known.version)\n        return 'stale';\n    if (!live || live.status === 'erasing'",
        to: "    if (!live || live.status === 'erasing'",
      },
    ],
  },
  {
    name: 'applied-offset',
    part: 'applied_offset: a record that the decision reflects makes a revision again',
    patches: [
      {
        file: 'dist/join-model-put.js',
        from: 'const replayed = decided && record.offset <= live.applied;',
        to: 'const replayed = false;',
      },
    ],
  },
  {
    name: 'checkpoint-in-one-step',
    part: 'the checkpoint behind a later commit: the end is believed as soon as it is read',
    patches: [
      {
        file: 'dist/owned-partition.js',
        from: 'this.#committedSince = false;',
        to: 'this.#committedSince = false; this.#figures = await this.hold.mark([], this.#endBefore); this.#endBefore = undefined;',
      },
    ],
  },
  {
    name: 'commit-before-fence',
    part: 'the commit read before the fence: a rebuild begins behind an opening whose decision it does not see',
    patches: [
      {
        file: 'dist/partition-owner.js',
        from: 'const [committed] = await Promise.all([consumer.committed(this.at), beat()]);',
        to: 'await beat();',
      },
      {
        file: 'dist/partition-owner.js',
        from: 'const recovery = {',
        to: 'const committed = await consumer.committed(this.at); const recovery = {',
      },
    ],
  },
  {
    name: 'diverged',
    part: 'the divergence check: a state that went on without a decision is continued',
    patches: [{ file: 'dist/join-model.js', from: 'inOffset < (lowest ?? state.inOffset)', to: 'false' }],
  },
  {
    name: 'first-opening',
    part: 'the opening’s offset in decisions: a rebuild takes a repeated opening for the first',
    patches: [
      {
        file: 'dist/join-model-put.js',
        from: 'settled.openedOffset === record.offset',
        to: 'true',
      },
    ],
  },
  {
    name: 'sweep',
    part: 'the fence of the sweep: an earlier owner goes on removing what is not its data set',
    patches: [
      { file: 'dist/join-model.js', from: 'now?.owner !== owner || now.dataSet !== dataSet', to: 'false' },
    ],
  },
  {
    name: 'ahead-known',
    part: 'decided ahead: the state is not asked what it knows of an item',
    patches: [
      { file: 'dist/join-model.js', from: 'const known = live.get(item.itemKey);', to: 'return true;' },
    ],
  },
  {
    name: 'ahead-put-first',
    part: 'decided ahead: what was read counts as applied before the decisions stand',
    patches: [
      {
        file: 'dist/owned-partition.js',
        from: 'const ahead = await this.hold.ahead(records);',
        to: 'const ahead = await this.hold.ahead(records); await this.hold.put([], nextOffset - 1n);',
      },
    ],
  },
  {
    name: 'publish-before-commit',
    part: 'an encoder publishes a part before it commits its offset',
    package: 'packages/encoder',
    patches: [
      {
        file: 'dist/consume/part-consumer.js',
        from: 'await this.options.encode(entry, owner.signal);',
        to: 'owner.watermark.done(record.offset); this.#committer.poke(); await this.options.encode(entry, owner.signal); return;',
      },
    ],
  },
  ...STATE_MUTANTS,
];
