import { BugError } from '@tercet/kit';

/** A part of a batch whose rows are all there. */
export interface WholePart<Part, Row> {
  /** Its place in the batch. */
  readonly index: number;
  readonly part: Part;
  readonly rows: readonly Row[];
}

interface Arriving<Part, Row> {
  readonly index: number;
  readonly part: Part;
  readonly rows: Row[];
  missing: number;
}

/** Rows of a batch's parts, numbered part after part: which ones are there, and which part one of them makes whole. */
export class PartRows<Part, Row> {
  /** Of each row, its part and its place there. */
  readonly #places: readonly { readonly of: Arriving<Part, Row>; readonly at: number }[];

  /** @param countRows how many rows a part has; at least one. */
  constructor(batch: readonly Part[], countRows: (part: Part) => number) {
    this.#places = batch.flatMap((part, index) => {
      const missing = countRows(part);
      if (missing < 1) throw new BugError(`part ${index} of a batch has no row`);
      const of = { index, part, rows: new Array<Row>(missing), missing };
      return Array.from({ length: missing }, (_, at) => ({ of, at }));
    });
  }

  /** Takes one row, in any order, once. Answers the part that waited for it alone. */
  put(row: number, value: Row): WholePart<Part, Row> | undefined {
    const place = this.#places[row];
    if (place === undefined || place.at in place.of.rows)
      throw new BugError(`row ${row} is none or came twice`);
    place.of.rows[place.at] = value;
    place.of.missing -= 1;
    return place.of.missing === 0 ? place.of : undefined;
  }
}
