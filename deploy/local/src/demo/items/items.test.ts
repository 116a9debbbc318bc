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
    threat: bytes,
    scam: bytes,
  },
  sounds: { greeting: bytes, weather: bytes, bells: bytes, threat: bytes },
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

it('has harm in texts, in what is written in a picture and in what is said, and goes in by every door', () => {
  const readFrom = items.flatMap(({ item, expect: { because } }) => {
    if (!because) return [];
    const [partId, suffix = ''] = because.partId.split('/');
    const part = item.parts.find((one) => one.partId === partId);
    return [`${part?.modality} ${suffix}`.trim()];
  });
  expect(new Set(readFrom)).toEqual(new Set(['text', 'image ocr', 'audio speech']));
  expect(new Set(items.map(({ door }) => door))).toEqual(new Set(['kafka', 'kafka-json', 'grpc']));
});
