import { describe, expect, it } from 'vitest';
import { Item } from './gen/tercet/v1/item.js';
import { fromProtoJson, toProtoJson } from './proto-json.js';

const read = (json: object) => fromProtoJson(Item, 'Item', JSON.stringify(json));

describe('proto3 JSON of an item', () => {
  it('takes both spellings of a field, integers as number or string, and bytes in base64', () => {
    const snake = read({
      tenant: 't',
      item_id: 'i',
      version: 2,
      parts: [{ part_id: 'p', modality: 'text', text: 'hi' }],
    });
    const camel = read({
      tenant: 't',
      itemId: 'i',
      version: '2',
      parts: [{ partId: 'p', modality: 'text', text: 'hi' }],
    });
    expect(camel).toEqual(snake);
    expect(snake.version).toBe(2n);
    const image = read({ parts: [{ part_id: 'p', modality: 'image', inline: 'AAEC' }] });
    expect(image.parts[0]?.content).toEqual({ $case: 'inline', value: new Uint8Array([0, 1, 2]) });
  });

  it('names an unknown field instead of dropping it', () => {
    expect(() => read({ tenant: 't', tennant: 'x' })).toThrow(/tennant/);
  });

  it('refuses a wrong type', () => {
    expect(() => read({ version: 'two' })).toThrow();
    expect(() => read({ parts: 'none' })).toThrow();
  });

  it('refuses what is not JSON', () => {
    expect(() => fromProtoJson(Item, 'Item', '{')).toThrow(SyntaxError);
  });

  it('writes what it reads', () => {
    const json = {
      tenant: 't',
      item_id: 'i',
      version: '3',
      parts: [{ part_id: 'p', modality: 'text', text: 'x' }],
    };
    expect(toProtoJson(Item, 'Item', read(json))).toEqual(json);
  });
});
