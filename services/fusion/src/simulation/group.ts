import type { GroupMember } from './group-member.js';
import type { World } from './world.js';

/** The coordinator of the consumer group: generations, and offsets committed under them. */
export class Group {
  generation = 0;
  readonly members = new Set<GroupMember>();
  readonly committed = new Map<number, { offset: bigint; metadata: string }>();
  /** A coordinator that takes every member at its word: several owners of a partition believe in their generation. */
  lenient = false;

  constructor(private readonly world: World) {}

  accepts(member: GroupMember, generation: number): boolean {
    if (member.generation !== generation) return false;
    return this.lenient || (this.members.has(member) && generation === this.generation);
  }

  /** Gives each partition to a member that lives; each member hears of it in its own time. */
  rebalance(partitions: number): void {
    this.generation += 1;
    const { generation } = this;
    const members = [...this.members];
    if (members.length === 0) return;
    const owners = [...Array(partitions).keys()].map(() => this.world.random.pick(members));
    for (const member of members) {
      const own = owners.flatMap((owner, partition) => (owner === member ? [partition] : []));
      this.world.later(`assigned ${own.join()} of generation ${generation}`, member.actor, () =>
        member.assigned(generation, own),
      );
    }
  }
}
