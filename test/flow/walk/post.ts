import { type Decision, DecisionStatus, Item, itemKey, Part } from '@tercet/contracts';
import { produceItem, type TestStack } from '@tercet/harness';

export const TENANT = 'acme';

/** Beyond the items' windows: a deadline decides before it, and is told by the decision. */
export const DECISION_TIMEOUT_MS = 110_000;

export function text(partId: string, value: string, language = 'en'): Part {
  return Part.fromPartial({ partId, modality: 'text', language, content: { $case: 'text', value } });
}

export function image(partId: string, value: Uint8Array, mediaType = 'image/jpeg'): Part {
  return Part.fromPartial({ partId, modality: 'image', mediaType, content: { $case: 'inline', value } });
}

export function audio(partId: string, value: Uint8Array, mediaType = 'audio/wav'): Part {
  return Part.fromPartial({ partId, modality: 'audio', mediaType, content: { $case: 'inline', value } });
}

export function itemOf(itemId: string, parts: readonly Part[], version = 1, windowMs = 100_000): Item {
  return Item.fromPartial({
    tenant: TENANT,
    itemId,
    version: BigInt(version),
    parts: [...parts],
    windowMs: BigInt(windowMs),
  });
}

/** Waits for an item's decision by asking the gateway, as a caller would. */
export async function decisionOf(stack: TestStack, itemId: string, version = 1): Promise<Decision> {
  const decision = await stack.gateway.waitForDecision(TENANT, itemId, BigInt(version), DECISION_TIMEOUT_MS);
  if (!decision) throw new Error(`${itemKey(TENANT, itemId)} was not decided in time`);
  if (decision.status !== DecisionStatus.DECIDED) throw new Error(`${itemId} has status ${decision.status}`);
  return decision;
}

/** Produces an item on Kafka and waits for its decision. */
export async function post(stack: TestStack, itemId: string, parts: readonly Part[]): Promise<Decision> {
  await produceItem(stack.bus, itemOf(itemId, parts));
  return decisionOf(stack, itemId);
}
