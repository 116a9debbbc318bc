import { randomBytes } from 'node:crypto';
import { Item } from '@tercet/contracts';
import { type OtlpCollector, produceBytes, type TestStack, waitFor } from '@tercet/harness';
import { describe, expect, it } from 'vitest';
import { decisionOf, itemOf, TENANT, text } from './post.js';

/** No content, vector or personal data leaves the pipeline by its logs, metrics or spans. */
export function describeSilence(stack: () => TestStack, collector: () => OtlpCollector): void {
  describe('logs, metrics and spans', () => {
    const CANARIES = ['quetzalword', 'quetzalauthor', 'quetzalbroken', 'quetzalnote'];

    it('hold nothing of what people wrote, nor who they are', async () => {
      const item = itemOf('canary', [
        text('words', `The word ${CANARIES[0]} stands in a text.`),
        text('broken', `${CANARIES[3]} \u0000`),
      ]);
      const value = Item.encode({
        ...item,
        context: { authorId: CANARIES[1] ?? '', locale: 'en', surface: 'post', reach: 1n, reports: 0n },
      }).finish();
      const traceId = randomBytes(16).toString('hex');
      const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
      await produceBytes(stack().bus, `${TENANT}/canary`, value, { traceparent });
      const broken = `{"tenant":"${TENANT}","text":"${CANARIES[2]}"}`;
      const headers = { 'content-type': 'application/json' };
      await produceBytes(stack().bus, `${TENANT}/canary-broken`, broken, headers);
      await decisionOf(stack(), 'canary');
      await waitFor('intake logged the dead letter', () =>
        stack()
          .service('intake')
          .log.all()
          .some((line) => line.includes('wrong_field')),
      );
      await waitFor('the spans of the item came', () => {
        const names = collector()
          .trace(traceId)
          .map(({ name }) => name);
        return ['intake.item', 'encode text', 'join.decide'].every((name) => names.includes(name));
      });

      for (const service of stack().services.values()) {
        const everything = [...service.log.all(), await service.metrics()].join('\n');
        const own = collector().spans();
        const spans = own.filter((span) => span.service === service.name).map(({ raw }) => raw);
        for (const canary of CANARIES) {
          expect(everything.includes(canary), `${service.name} told ${canary}`).toBe(false);
          expect(spans.join('\n').includes(canary), `a span of ${service.name} told ${canary}`).toBe(false);
        }
      }
    });

    it('each service tells its rate, its errors and the delay of its event loop', async () => {
      for (const service of stack().services.values()) {
        const metrics = await service.metrics();
        expect(metrics, service.name).toMatch(/^nodejs_eventloop_delay_p99/m);
        expect(metrics, service.name).toMatch(/^tercet_/m);
      }
    });
  });
}
