import type { PolicyRef } from '@tercet/contracts';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Policy } from './api.js';
import { canonicalJson, compareCodeUnits, sha256Hex } from './canonical-json.js';
import { type Condition, compileCondition } from './condition.js';
import { type PolicyDocument, policyDocumentSchema } from './policy-document.js';
import { PolicyError } from './policy-error.js';
import { CheckedCategory } from './thresholds.js';

/** Largest policy file, in characters. */
const MAX_POLICY_CHARS = 1_000_000;

/** A policy with its conditions compiled. */
export class CheckedPolicy implements Policy {
  /** By name, sorted. */
  readonly categories: ReadonlyMap<string, CheckedCategory>;

  constructor(
    readonly ref: PolicyRef,
    readonly document: PolicyDocument,
    /** By the expression's text. */
    readonly conditions: ReadonlyMap<string, Condition>,
  ) {
    const sorted = Object.entries(document.categories).sort(([a], [b]) => compareCodeUnits(a, b));
    this.categories = new Map(sorted.map(([name, category]) => [name, new CheckedCategory(category)]));
  }
}

/**
 * Reads a policy file. The digest is taken over the document after defaults, so comments and layout do not change it.
 * @throws PolicyError with the path of the first thing that is wrong.
 */
export function parsePolicy(yamlText: string): Policy {
  if (yamlText.length > MAX_POLICY_CHARS)
    throw new PolicyError('', `longer than ${MAX_POLICY_CHARS} characters`);
  const yaml = parseDocument(yamlText, { uniqueKeys: true, merge: false });
  const [problem] = yaml.errors;
  if (problem) throw new PolicyError('', problem.message.split('\n', 1)[0] ?? 'not YAML', { cause: problem });
  // 0 aliases: a policy needs none, and a chain of them grows without bound.
  return checkPolicy(readAliasFree(yaml));
}

function readAliasFree(yaml: ReturnType<typeof parseDocument>): unknown {
  try {
    return yaml.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw new PolicyError('', 'aliases are not allowed', { cause: error });
  }
}

function checkPolicy(raw: unknown): CheckedPolicy {
  const parsed = policyDocumentSchema.safeParse(raw);
  if (!parsed.success) throw fromZod(parsed.error);
  const document = parsed.data;
  const conditions = new Map<string, Condition>();
  const compile = (path: string, source: string) => {
    try {
      conditions.set(source, compileCondition(source));
    } catch (error) {
      const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
      throw new PolicyError(path, why, { cause: error });
    }
  };
  document.conditions.forEach((condition, i) => {
    compile(`conditions.${i}.when`, condition.when);
  });
  for (const [name, category] of Object.entries(document.categories)) {
    category.raise_severity.forEach((rule, i) => {
      compile(`categories.${name}.raise_severity.${i}.when`, rule.when);
    });
  }
  const digest = sha256Hex(canonicalJson(document));
  return new CheckedPolicy({ id: document.id, version: document.version, digest }, document, conditions);
}

function fromZod(error: z.ZodError): PolicyError {
  const [issue] = error.issues;
  return new PolicyError(issue?.path.join('.') ?? '', issue?.message ?? 'not a policy', { cause: error });
}
