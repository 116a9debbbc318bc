import type { ModelRef } from '@tercet/contracts';
import { BugError } from '@tercet/kit';
import { Tensor } from 'onnxruntime-node';
import type { ModelOptions } from './api.js';
import { buildModels, resolveModel } from './models.js';
import { openSession } from './session.js';
import { collateTokens } from './text/collate.js';
import { loadTokenizer } from './text/tokenizer.js';
import { cutWindows } from './text/windows.js';

/** Embeds many texts offline, for training and evaluation. The encoder service has its own batching. */
export interface TextEmbedder {
  /** The digest that heads trained on these vectors are bound to. */
  readonly digest: string;
  readonly ref: ModelRef;
  readonly dimension: number;
  /**
   * One vector of length 1 per text, of its first window (256 tokens). A text without a word gives the vector of an
   * empty window. Blocks the thread while it runs.
   */
  embed(texts: readonly string[]): Promise<Float32Array[]>;
}

const MAX_BATCH_ROWS = 32;

/** Opens a text model, by default the slot's, for offline use; builds it first where it is not in the cache. */
export async function createTextEmbedder(
  options: ModelOptions & { readonly model?: string; readonly threads?: number } = {},
): Promise<TextEmbedder> {
  const { model: name = 'text' } = options;
  await buildModels({ ...options, only: [name] });
  const model = await resolveModel(name, options);
  const session = await openSession(model.graph, { provider: 'cpu', intraOpThreads: options.threads ?? 1 });
  const tokenizer = loadTokenizer(model.files);
  const { dimension } = model.meta;
  const limits = { maxTokens: Number(model.meta.parameters['maxTokens']), overlapTokens: 0, maxWindows: 1 };

  const embedBatch = async (rows: readonly (readonly number[])[]): Promise<Float32Array[]> => {
    const { input_ids, attention_mask } = collateTokens(rows, tokenizer.padId);
    const outputs = await session.run({
      input_ids: new Tensor('int64', input_ids.data, input_ids.dims),
      attention_mask: new Tensor('int64', attention_mask.data, attention_mask.dims),
    });
    const data = outputs['embedding']?.data;
    if (!(data instanceof Float32Array)) throw new BugError('the text model gave no float32 embedding');
    return rows.map((_, index) => data.slice(index * dimension, (index + 1) * dimension));
  };

  return {
    digest: model.digest,
    ref: model.ref,
    dimension,
    async embed(texts) {
      const rows = texts.map(
        (text) => cutWindows(tokenizer, text, limits).windows[0]?.ids ?? [tokenizer.startId, tokenizer.endId],
      );
      const byLength = rows.map((_, index) => index);
      byLength.sort((a, b) => (rows[a] as readonly number[]).length - (rows[b] as readonly number[]).length);
      const vectors = new Array<Float32Array>(texts.length);
      for (let from = 0; from < byLength.length; from += MAX_BATCH_ROWS) {
        const indices = byLength.slice(from, from + MAX_BATCH_ROWS);
        const batch = await embedBatch(indices.map((index) => rows[index] as readonly number[]));
        indices.forEach((index, position) => {
          vectors[index] = batch[position] as Float32Array;
        });
      }
      return vectors;
    },
  };
}
