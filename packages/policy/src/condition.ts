import { type ASTNode, Environment } from '@marcbachmann/cel-js';

/** What an expression of a policy may look at. No content, no author, no clock. */
export interface ConditionFacts {
  readonly item: {
    readonly tenant: string;
    readonly surface: string;
    readonly locale: string;
    readonly reach: bigint;
    readonly reports: bigint;
    readonly version: bigint;
  };
  /** Combined score per covered category. */
  readonly scores: ReadonlyMap<string, number>;
  /** One map per part with `id`, `modality`, `language`, `state`, `code` and `derived`; sorted by part id. */
  readonly parts: readonly ReadonlyMap<string, string>[];
  readonly uncertainty: number;
  readonly conflicts: bigint;
}

/** A checked expression. Throws where evaluation fails, for instance on a score that is not there. */
export type Condition = (facts: ConditionFacts) => boolean;

// Within these limits a condition ends in well below a millisecond: CEL has no loops but macros over given lists.
const limits = {
  maxAstNodes: 256,
  maxDepth: 24,
  maxListElements: 64,
  maxMapEntries: 64,
  maxCallArguments: 8,
};

// Time limits cannot be put on a backtracking regular expression, and a comprehension inside another one multiplies.
const REFUSED_CALLS = new Set(['matches']);
const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

const environment = new Environment({ unlistedVariablesAreDyn: false, limits })
  .registerVariable('item', {
    schema: {
      tenant: 'string',
      surface: 'string',
      locale: 'string',
      reach: 'int',
      reports: 'int',
      version: 'int',
    },
  })
  .registerVariable('scores', 'map<string, double>')
  .registerVariable('parts', 'list<map<string, string>>')
  .registerVariable('uncertainty', 'double')
  .registerVariable('conflicts', 'int')
  .registerFunction(
    'score_or(map<string, double>, string, double): double',
    (scores: ReadonlyMap<string, number>, category: string, fallback: number) =>
      scores.get(category) ?? fallback,
  );

/**
 * Compiles a CEL expression against the facts above.
 * @throws Error where the expression does not parse, is not of type bool, or goes beyond the limits.
 */
export function compileCondition(source: string): Condition {
  const program = environment.parse(source);
  const checked = program.check();
  if (!checked.valid) throw new Error(firstLine(checked.error?.message ?? 'does not type-check'));
  if (checked.type !== 'bool') throw new Error(`is of type ${checked.type}, not bool`);
  refuseUnbounded(program.ast, 0);
  return (facts) => program(facts as object as Context) === true;
}

// The compiler wants an index where a class has named members.
type Context = Readonly<Record<string, unknown>>;

function refuseUnbounded(node: unknown, macroDepth: number): void {
  if (Array.isArray(node)) {
    for (const child of node) refuseUnbounded(child, macroDepth);
    return;
  }
  if (!isNode(node)) return;
  let depth = macroDepth;
  if (node.op === 'call' || node.op === 'rcall') {
    const called = node.args[0];
    if (REFUSED_CALLS.has(called)) throw new Error(`calls ${called}(), which a policy may not`);
    if (MACROS.has(called)) depth += 1;
    if (depth > 1) throw new Error('nests a comprehension in another one');
  }
  refuseUnbounded(node.args, depth);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
