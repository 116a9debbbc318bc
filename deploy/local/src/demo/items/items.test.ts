import { expect, it } from 'vitest';
import type { Media } from '../media/media.js';
import { modalitiesOf } from '../outcome.js';
import type { DemoItem } from './demo-item.js';
import { oneModalityItems } from './one-modality.js';
import { severalModalitiesItems } from './several-modalities.js';
import { editedItem, troubledItems } from './troubled.js';

const bytes = new Uint8Array(100);
const media: Media = {
  pictures: {
    morning: bytes,
    noon: bytes,
    evening: bytes,
    cup: bytes,
    chart: bytes,
    openDay: bytes,
    menu: bytes,
  },
  sounds: { greeting: bytes, weather: bytes, bells: bytes },
  recording: bytes,
  hasSpeech: true,
};
const items: DemoItem[] = [
  ...oneModalityItems(media),
  ...severalModalitiesItems(media),
  ...troubledItems(media, 's3://uploads/late.jpg'),
  ...editedItem(media),
];

it('has at least 24 items over all seven combinations of modalities', () => {
  expect(new Set(items.map(({ item }) => item.itemId)).size).toBeGreaterThanOrEqual(24);
  const combinations = new Set(items.map((demo) => modalitiesOf(demo).sort().join(' ')));
  expect([...combinations].sort()).toEqual(
    ['audio', 'audio image', 'audio image text', 'audio text', 'image', 'image text', 'text'].sort(),
  );
});

it('has items with several parts of one modality, of each modality', () => {
  for (const modality of ['text', 'image', 'audio']) {
    const several = items.filter(
      ({ item }) => item.parts.filter((part) => part.modality === modality).length > 1,
    );
    expect(several.length, modality).toBeGreaterThan(0);
  }
});

it('has harm in text parts alone, and goes in by every door', () => {
  for (const { item, expect: wanted } of items) {
    if (!wanted.because) continue;
    const part = item.parts.find(({ partId }) => partId === wanted.because?.partId);
    expect(part?.modality).toBe('text');
  }
  expect(new Set(items.map(({ door }) => door))).toEqual(new Set(['kafka', 'kafka-json', 'grpc']));
});
