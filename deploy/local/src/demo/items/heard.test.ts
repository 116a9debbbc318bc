import { expect, it } from 'vitest';
import { heardItems } from './heard.js';

it('has harm that can only be heard', () => {
  for (const { item, expect: wanted } of heardItems()) {
    expect(item.parts.map(({ modality }) => modality)).toEqual(['audio']);
    expect(wanted.because?.categories).toEqual(['sound/alarm']);
  }
});
