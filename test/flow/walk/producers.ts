import { findDeadLetters } from '@tercet/client';
import { type TestStack, waitFor } from '@tercet/harness';
import { describe, expect, it } from 'vitest';
import { consoleProducer, javaProducer, pythonProducer } from './foreign-producers.js';
import { decisionOf, TENANT } from './post.js';
import { tercet } from './tercet-command.js';

const WORDS = 'Fresh bread every morning, and coffee from eight.';
const UMLAUTS = 'Zoë says the "café" is open,\tand so is the kitchen.';

/** Producers that are not ours: their items are decided like any other. */
export function describeProducers(stack: () => TestStack): void {
  const partOf = async (itemId: string) => {
    const decision = await decisionOf(stack(), itemId);
    expect(decision.action).toBe('allow');
    return decision.partsUsed.map(({ partId }) => partId);
  };

  describe('producers in other languages', () => {
    it("Kafka's own console producer puts JSON on the topic", async () => {
      const item = (itemId: string) =>
        JSON.stringify({
          tenant: TENANT,
          item_id: itemId,
          version: 1,
          parts: [{ part_id: 'title', modality: 'text', text: WORDS }],
        });
      const line = (itemId: string) => `content-type:application/json\t${TENANT}/${itemId}\t${item(itemId)}`;
      const broken = `content-type:application/json\t${TENANT}/console-broken\t{"tenant": "acme", "colour": 1}`;
      await consoleProducer(stack(), 'items', [line('console-1'), broken, line('console-2')]);
      expect(await partOf('console-1')).toEqual(['title']);
      expect(await partOf('console-2')).toEqual(['title']);
    });

    it('Python', async () => {
      const place = await pythonProducer(stack(), [TENANT, 'python-1', UMLAUTS]);
      expect(place).toMatch(/items\/\d+\/\d+$/);
      expect(await partOf('python-1')).toEqual(['body']);
    });

    it('Java', async () => {
      const place = await javaProducer(stack(), [TENANT, 'java-1', UMLAUTS]);
      expect(place).toMatch(/items\/\d+\/\d+$/);
      expect(await partOf('java-1')).toEqual(['body']);
    });
  });

  describe("an item's fate", () => {
    it('is told by the command: decided, a dead letter, or unknown', async () => {
      const [letter] = await waitFor('the broken line is a dead letter', async () => {
        const letters = await findDeadLetters(stack().bus, { key: `${TENANT}/console-broken` });
        return letters.length > 0 && letters;
      });
      expect(letter).toMatchObject({ code: 'wrong_field', topic: 'items', service: 'intake' });
      const decided = await tercet(stack(), ['lookup', `${TENANT}/console-1`]);
      expect(decided.exitCode).toBe(0);
      expect(decided.output).toMatch(/decided[\s\S]*action {6}allow/);
      const dead = await tercet(stack(), ['lookup', `${TENANT}/console-broken`]);
      expect(dead.exitCode).toBe(1);
      expect(dead.output).toMatch(/dead letter: wrong_field/);
      const place = `${letter?.topic}/${letter?.partition}/${letter?.offset}`;
      const byPlace = await tercet(stack(), ['lookup', '--record', place, '--json']);
      expect(JSON.parse(byPlace.output)).toMatchObject({
        state: 'dead-letter',
        dead_letters: [{ item_key: `${TENANT}/console-broken`, code: 'wrong_field' }],
      });
      const unknown = await tercet(stack(), ['lookup', `${TENANT}/nobody-sent-this`]);
      expect(unknown).toMatchObject({ exitCode: 1, output: expect.stringMatching(/unknown/) });
    });

    it('can be waited for after a submission by file and through the gateway', async () => {
      for (const [itemId, door] of [
        ['cli-kafka', []],
        ['cli-grpc', ['--grpc']],
      ] as const) {
        const item = {
          tenant: TENANT,
          itemId,
          version: '1',
          parts: [{ partId: 'a', modality: 'text', text: WORDS }],
        };
        const sent = await tercet(stack(), ['submit', '-', ...door], JSON.stringify(item));
        expect(sent).toMatchObject({ exitCode: 0, output: expect.stringMatching(/items\/\d+\/\d+/) });
        const waited = await tercet(stack(), ['wait', `${TENANT}/${itemId}`, '--json']);
        expect(JSON.parse(waited.output)).toMatchObject({ action: 'allow', item_id: itemId });
      }
    });
  });
}
