import { randomUUID } from 'node:crypto';
import { type Decision, Item, ItemOperation, Review, TOPIC } from '@tercet/contracts';
import { produceItem, type TestStack } from '@tercet/harness';
import sharp from 'sharp';
import { toneWav } from '../../flow/walk/media.js';
import { audio, decisionOf, image, itemOf, TENANT, text } from '../../flow/walk/post.js';

export { TENANT };

const SCAM =
  'Congratulations! You have won a free 1000 dollar gift card. Click the link and claim your prize now before it expires tonight.';
const GARDEN = 'The tomatoes are ripe at last, and there are more than we can eat. Come and take some.';

/** A picture with words in it. */
function poster(): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="640" height="360" fill="#f7d774"/>
    <g font-family="DejaVu Sans" font-size="52" font-weight="bold" fill="#222"><text x="50" y="120">CLAIM YOUR PRIZE</text>
    <text x="50" y="240">ONLY TODAY</text></g></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer();
}

/** Puts a scam with a picture and a recording on Kafka, and waits for its decision. */
export async function postScam(stack: TestStack, itemId: string): Promise<Decision> {
  const parts = [text('body', SCAM), image('poster', await poster()), audio('tone', toneWav(3))];
  await produceItem(stack.bus, itemOf(itemId, parts));
  return decisionOf(stack, itemId);
}

/** The same with its text alone: quick to decide. */
export async function postScamText(stack: TestStack, itemId: string): Promise<Decision> {
  await produceItem(stack.bus, itemOf(itemId, [text('body', SCAM)]));
  return decisionOf(stack, itemId);
}

export async function postGarden(stack: TestStack, itemId: string): Promise<Decision> {
  await produceItem(stack.bus, itemOf(itemId, [text('body', GARDEN)]));
  return decisionOf(stack, itemId);
}

/** Upstream takes an item back. */
export async function erase(stack: TestStack, itemId: string): Promise<void> {
  const item = { tenant: TENANT, itemId, version: 1n, operation: ItemOperation.ERASE };
  await produceItem(stack.bus, Item.fromPartial(item));
}

/** Somebody's word from another dashboard, on an item's first revision. */
export async function publishReview(stack: TestStack, itemKey: string, action: string): Promise<void> {
  const review = Review.fromPartial({
    reviewId: randomUUID(),
    itemKey,
    version: 1n,
    revision: 1,
    action,
    reviewerId: 'elsewhere',
    reviewedAtMs: BigInt(Date.now()),
  });
  await using producer = await stack.bus.producer();
  await producer.send([{ topic: TOPIC.reviews, key: itemKey, value: Review.encode(review).finish() }]);
}

/** The latest decision, as any caller of the gateway is told. */
export async function latestDecision(stack: TestStack, itemId: string): Promise<Decision> {
  const { decision } = await stack.gateway.getDecision(TENANT, itemId);
  if (!decision) throw new Error(`${itemId} has no decision`);
  return decision;
}
