import { type Item, type ItemContext, ItemOperation, itemKey } from '@tercet/contracts';
import { InvalidInputError } from '@tercet/kit';
import { type CheckedPart, checkPart } from './check-part.js';
import type { ItemLimits } from './limits.js';
import { isId, isName } from './names.js';

const MAX_ITEM_ID_BYTES = 256;
const MAX_CONTEXT_BYTES = 256;
const MAX_POLICY_BYTES = 128;

/** An item that can be opened or erased. */
export type ValidItem =
  | { readonly operation: 'erase'; readonly key: string; readonly version: bigint }
  | {
      readonly operation: 'moderate';
      readonly key: string;
      readonly version: bigint;
      /** In upstream's order; some may be unusable. */
      readonly parts: readonly CheckedPart[];
      readonly context: ItemContext | undefined;
      /** Empty: the deployment's default. */
      readonly policy: string;
      /** 0: the deployment's default. */
      readonly windowMs: bigint;
    };

/**
 * Checks an item by the rules of item.proto. What makes a part unusable is left with that part; everything else throws.
 * A version of 0 is a version left out, and refused: a counter that is not kept would let edits go unseen.
 * @param brokenTexts indices of the parts whose text was not valid where it was decoded.
 * @throws InvalidInputError with a code of the first group of INVALID_CODES; its detail holds no content.
 */
export function validateItem(
  item: Item,
  limits: ItemLimits,
  brokenTexts: ReadonlySet<number> = new Set(),
): ValidItem {
  if (!isName(item.tenant)) throw new InvalidInputError('bad_tenant');
  if (!isId(item.itemId, MAX_ITEM_ID_BYTES)) throw new InvalidInputError('bad_item_id');
  if (item.version < 1n) throw new InvalidInputError('bad_version', `version ${item.version}`);
  const key = itemKey(item.tenant, item.itemId);
  if (item.operation === ItemOperation.ERASE) return { operation: 'erase', key, version: item.version };
  if (item.operation !== ItemOperation.UNSPECIFIED && item.operation !== ItemOperation.MODERATE) {
    throw new InvalidInputError('wrong_field', `operation ${item.operation} is not known`);
  }
  if (item.windowMs < 0n || item.windowMs > BigInt(limits.maxWindowMs)) {
    throw new InvalidInputError('bad_window', `${item.windowMs} ms, the limit is ${limits.maxWindowMs}`);
  }
  if (item.policy !== '' && !isId(item.policy, MAX_POLICY_BYTES))
    throw new InvalidInputError('unknown_policy');
  checkContext(item.context);
  checkPartIds(item, limits);
  return {
    operation: 'moderate',
    key,
    version: item.version,
    parts: item.parts.map((part, index) => checkPart(part, limits, brokenTexts.has(index))),
    context: item.context,
    policy: item.policy,
    windowMs: item.windowMs,
  };
}

function checkContext(context: ItemContext | undefined): void {
  if (!context) return;
  for (const name of ['authorId', 'locale', 'surface'] as const) {
    if (context[name] !== '' && !isId(context[name], MAX_CONTEXT_BYTES)) {
      throw new InvalidInputError('bad_context', name);
    }
  }
  if (context.reach < 0n) throw new InvalidInputError('bad_context', 'reach');
  if (context.reports < 0n) throw new InvalidInputError('bad_context', 'reports');
}

function checkPartIds(item: Item, limits: ItemLimits): void {
  const count = item.parts.length;
  if (count === 0) throw new InvalidInputError('no_parts');
  if (count > limits.maxParts) {
    throw new InvalidInputError('too_many_parts', `${count} parts, the limit is ${limits.maxParts}`);
  }
  const seen = new Set<string>();
  for (const [index, { partId }] of item.parts.entries()) {
    if (!isName(partId)) throw new InvalidInputError('bad_part_id', `part ${index}`);
    if (seen.has(partId)) throw new InvalidInputError('duplicate_part_id', `part ${index}`);
    seen.add(partId);
  }
}
