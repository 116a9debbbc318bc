import { fromProtoJson, Item, toProtoJson } from '@tercet/contracts';
import { InvalidInputError } from '@tercet/kit';

/**
 * Reads an item written as proto3 JSON.
 * @throws InvalidInputError `undecodable` where it is not JSON, `wrong_field` naming the field that does not fit.
 */
export function parseItemJson(json: string): Item {
  try {
    return fromProtoJson(Item, 'Item', json);
  } catch (error) {
    const code = error instanceof SyntaxError ? 'undecodable' : 'wrong_field';
    throw new InvalidInputError(code, error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

/** Writes an item as the JSON that producers put on `items`. */
export function itemToJson(item: Item): string {
  return JSON.stringify(toProtoJson(Item, 'Item', item));
}
