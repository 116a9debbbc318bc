import type { FastTextModel } from './read-model.js';

/** A label with its probability, 0..1. */
export interface Prediction {
  readonly label: string;
  readonly probability: number;
}

export type Predict = (text: string) => Prediction[];

const END_OF_LINE = '</s>';

/**
 * Makes the classifier: the mean of the rows of a line's words and of their runs of characters, through the labels' tree.
 * It answers the likeliest labels, those above 1 %, in order.
 */
export function createPredict(model: FastTextModel): Predict {
  const { paths } = huffmanPaths(model.labels.map(({ count }) => count));
  const rowsOf = rememberRows(model);
  const endRow = model.words.get(END_OF_LINE);
  return (text) => {
    const hidden = new Float64Array(model.dimension);
    let count = 0;
    const add = (row: number): void => {
      count += 1;
      const from = row * model.dimension;
      for (let k = 0; k < model.dimension; k += 1)
        hidden[k] = (hidden[k] ?? 0) + (model.input[from + k] ?? 0);
    };
    const words = text.split(/\s+/).filter((word) => word !== '');
    for (const word of words) for (const row of rowsOf(word)) add(row);
    if (words.length > 0 && endRow !== undefined) add(endRow);
    if (count === 0) return [];
    const nodes = nodeProbabilities(model, hidden, count);
    const predictions = model.labels.map(({ name }, index) => {
      let probability = 1;
      for (const { node, right } of paths[index] ?? [])
        probability *= right ? (nodes[node] ?? 0) : 1 - (nodes[node] ?? 0);
      return { label: name, probability };
    });
    return predictions
      .filter(({ probability }) => probability > 0.01)
      .sort((a, b) => b.probability - a.probability);
  };
}

function nodeProbabilities(model: FastTextModel, sum: Float64Array, count: number): Float64Array {
  const { dimension, output } = model;
  const nodes = new Float64Array(output.length / dimension);
  for (let node = 0; node < nodes.length; node += 1) {
    let dot = 0;
    for (let k = 0; k < dimension; k += 1)
      dot += ((sum[k] ?? 0) / count) * (output[node * dimension + k] ?? 0);
    nodes[node] = 1 / (1 + Math.exp(-dot));
  }
  return nodes;
}

// Words come with content, so the memory of them is bounded.
const MAX_REMEMBERED = 20_000;

function rememberRows(model: FastTextModel): (word: string) => readonly number[] {
  const remembered = new Map<string, readonly number[]>();
  return (word) => {
    const known = remembered.get(word);
    if (known !== undefined) return known;
    const rows = wordRows(model, word);
    if (remembered.size < MAX_REMEMBERED) remembered.set(word, rows);
    return rows;
  };
}

function wordRows(model: FastTextModel, word: string): number[] {
  const own = model.words.get(word);
  const rows = own === undefined ? [] : [own];
  const characters = [...`<${word}>`].map((character) => Buffer.from(character));
  for (let start = 0; start < characters.length; start += 1) {
    let hash = 0x811c9dc5;
    for (let length = 1; length <= model.maxGram && start + length <= characters.length; length += 1) {
      // fastText takes a byte as signed.
      for (const byte of characters[start + length - 1] ?? [])
        hash = Math.imul(hash ^ ((byte << 24) >> 24), 0x01000193);
      const isBound = length === 1 && (start === 0 || start === characters.length - 1);
      if (length < model.minGram || isBound) continue;
      const row = model.bucketRows.get((hash >>> 0) % model.buckets);
      if (row !== undefined) rows.push(model.words.size + row);
    }
  }
  return rows;
}

interface Step {
  readonly node: number;
  readonly right: boolean;
}

/** Huffman's tree over the labels, most frequent first, as fastText's `HierarchicalSoftmaxLoss::buildTree` numbers it. */
export function huffmanPaths(counts: readonly number[]): { readonly paths: readonly (readonly Step[])[] } {
  const labels = counts.length;
  const weight = [...counts, ...new Array<number>(Math.max(0, labels - 1)).fill(Number.POSITIVE_INFINITY)];
  const parent = new Int32Array(weight.length).fill(-1);
  const isRight = new Uint8Array(weight.length);
  let leaf = labels - 1;
  let inner = labels;
  const lightest = (): number => {
    if (leaf >= 0 && (weight[leaf] ?? 0) < (weight[inner] ?? 0)) {
      leaf -= 1;
      return leaf + 1;
    }
    inner += 1;
    return inner - 1;
  };
  for (let made = labels; made < weight.length; made += 1) {
    const left = lightest();
    const right = lightest();
    weight[made] = (weight[left] ?? 0) + (weight[right] ?? 0);
    parent[left] = made;
    parent[right] = made;
    isRight[right] = 1;
  }
  const paths = counts.map((_, label) => {
    const path: Step[] = [];
    for (let at = label; (parent[at] ?? -1) !== -1; at = parent[at] ?? -1)
      path.push({ node: (parent[at] ?? 0) - labels, right: isRight[at] === 1 });
    return path;
  });
  return { paths };
}
