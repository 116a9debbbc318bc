import { randomBytes } from 'node:crypto';
import { credentials, Metadata } from '@grpc/grpc-js';
import { readDecisionLog } from '@tercet/client';
import { Item, ModerationServiceClient, TOPIC } from '@tercet/contracts';
import { type OtlpCollector, produceBytes, type Span, type TestStack, waitFor } from '@tercet/harness';
import { describe, expect, it } from 'vitest';
import { jpeg, toneWav } from './media.js';
import { audio, image, itemOf, TENANT, text } from './post.js';

const ITEM_ID = 'traced';
const MODALITIES = ['text', 'image', 'audio'];

/** One item is one trace, from upstream's own span to the answer of the gateway. */
export function describeTrace(stack: () => TestStack, collector: () => OtlpCollector): void {
  describe('the trace of an item', () => {
    const traceId = randomBytes(16).toString('hex');
    const upstream = randomBytes(8).toString('hex');
    const traceparent = `00-${traceId}-${upstream}-01`;

    it('goes on under upstream, edge by edge', async () => {
      const parts = [
        text('words', 'A quiet morning.'),
        image('photo', await jpeg()),
        audio('clip', toneWav(1)),
      ];
      const value = Item.encode(itemOf(ITEM_ID, parts)).finish();
      const waiting = waitThroughGateway(stack(), traceparent);
      await produceBytes(stack().bus, `${TENANT}/${ITEM_ID}`, value, { traceparent });
      await waiting;

      const spans = await waitFor('the spans of every hop have come', () => {
        const found = collector().trace(traceId);
        const names = found.map(({ name }) => name);
        const wanted = [
          'intake.item',
          ...MODALITIES.map((one) => `encode ${one}`),
          'join.decide',
          'gateway.WaitForDecision',
        ];
        return wanted.every((name) => names.includes(name)) && found;
      });
      const only = (name: string): Span => {
        const found = spans.filter((span) => span.name === name);
        expect(found, name).toHaveLength(1);
        return found[0] as Span;
      };
      const intake = only('intake.item');
      expect(intake).toMatchObject({ parentSpanId: upstream, service: 'intake' });
      for (const modality of MODALITIES) {
        const encode = only(`encode ${modality}`);
        expect(encode).toMatchObject({ parentSpanId: intake.spanId, service: `${modality}-encoder` });
      }
      const decide = only('join.decide');
      expect(decide).toMatchObject({ parentSpanId: intake.spanId, service: 'fusion' });
      const encodes = MODALITIES.map((modality) => only(`encode ${modality}`).spanId);
      expect([...decide.links]).toEqual(expect.arrayContaining(encodes));

      const log = await readDecisionLog(stack().bus);
      const logged = log.find(({ key }) => key === `${TENANT}/${ITEM_ID}`);
      expect(logged?.traceparent).toBe(`00-${traceId}-${decide.spanId}-01`);

      // A span may come before its parent, which ends later; in the end none is without.
      const orphans = () => {
        const all = collector().trace(traceId);
        const known = new Set([upstream, ...all.map(({ spanId }) => spanId)]);
        return all.filter((span) => !known.has(span.parentSpanId)).map(({ name }) => name);
      };
      await waitFor('every span has its parent', () => orphans().length === 0, {
        explain: () => orphans().join(', '),
      });
      const wait = spans.find(({ name }) => name === 'gateway.WaitForDecision');
      expect(wait?.service).toBe('gateway');
    });

    it('is not shared with another item of the same batch', async () => {
      const ids = Array.from({ length: 5 }, () => randomBytes(16).toString('hex'));
      await using producer = await stack().bus.producer();
      await producer.send(
        ids.map((id, index) => ({
          topic: TOPIC.items,
          key: `${TENANT}/traced-${index}`,
          value: Item.encode(itemOf(`traced-${index}`, [text('words', `Note ${index}`)])).finish(),
          headers: { traceparent: `00-${id}-${upstream}-01` },
        })),
      );
      const namesOf = (id: string) =>
        collector()
          .trace(id)
          .map(({ name }) => name);
      // Each service hands its spans over in its own time.
      const hops = ['intake.item', 'encode text', 'join.decide'];
      await waitFor('each trace has its hops', () =>
        ids.every((id) => hops.every((hop) => namesOf(id).includes(hop))),
      );
      for (const id of ids) {
        const names = namesOf(id);
        for (const hop of hops) {
          expect(
            names.filter((name) => name === hop),
            hop,
          ).toHaveLength(1);
        }
      }
    });
  });
}

/** A caller that waits under its own trace, as an instrumented client does. */
async function waitThroughGateway(stack: TestStack, traceparent: string): Promise<void> {
  const client = new ModerationServiceClient(stack.grpcAddress, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('traceparent', traceparent);
  const request = { tenant: TENANT, itemId: ITEM_ID, version: 1n, revision: 0 };
  try {
    await new Promise<void>((resolve, reject) => {
      client.waitForDecision(request, metadata, { deadline: Date.now() + 60_000 }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  } finally {
    client.close();
  }
}
