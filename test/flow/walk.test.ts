import { type OtlpCollector, startOtlpCollector, startTestStack, type TestStack } from '@tercet/harness';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeBadMedia } from './walk/bad-media.js';
import { describeCombinations } from './walk/combinations.js';
import { describeProducers } from './walk/producers.js';
import { describeSilence } from './walk/silence.js';
import { describeTrace } from './walk/trace.js';

// One stack serves every description: starting it is the expensive part.
describe('the walk of an item through the whole pipeline', () => {
  let collector: OtlpCollector;
  let stack: TestStack;

  beforeAll(async () => {
    collector = await startOtlpCollector();
    stack = await startTestStack('walk', {
      otlpEndpoint: collector.endpoint,
      env: { OTEL_BSP_SCHEDULE_DELAY: '200', TERCET_LOG_LEVEL: 'debug' },
    });
  });
  afterAll(async () => {
    await stack?.stop();
    await collector?.[Symbol.asyncDispose]();
  });

  describeCombinations(() => stack);
  describeBadMedia(() => stack);
  describeProducers(() => stack);
  describeTrace(
    () => stack,
    () => collector,
  );
  describeSilence(
    () => stack,
    () => collector,
  );
});
