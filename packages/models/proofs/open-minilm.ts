import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbedder } from '@lat.md/embed';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { defaultCacheDir } from '../src/cache.js';
import { buildModels, resolveModel } from '../src/models.js';
import { openSession } from '../src/session.js';
import { collateTokens } from '../src/text/collate.js';
import { loadTokenizer, type PieceTokenizer } from '../src/text/tokenizer.js';
import { cutWindows } from '../src/text/windows.js';

/** MiniLM on one thread, with every batch exactly as given: no sorting, no splitting. */
export interface Minilm {
  readonly session: InferenceSession;
  readonly tokenizer: PieceTokenizer;
  idsOf(text: string): readonly number[];
  /** @param padId Other than the tokenizer's own where a test asks whether padding is read. */
  run(rows: readonly (readonly number[])[], padId?: number): Promise<Float32Array[]>;
}

export async function openMinilm(variant: 'int8' | 'fp32'): Promise<Minilm> {
  const name = `all-minilm-l6-v2-${variant}`;
  await buildModels({ only: [name] });
  const model = await resolveModel(name);
  const session = await openSession(model.graph, { provider: 'cpu', intraOpThreads: 1 });
  const tokenizer = loadTokenizer(model.files);
  return {
    session,
    tokenizer,
    idsOf: (text) =>
      cutWindows(tokenizer, text, { maxTokens: 256, overlapTokens: 0, maxWindows: 1 }).windows[0]?.ids ?? [],
    async run(rows, padId = tokenizer.padId) {
      const { input_ids, attention_mask } = collateTokens(rows, padId);
      const { embedding } = await session.run({
        input_ids: new Tensor('int64', input_ids.data, input_ids.dims),
        attention_mask: new Tensor('int64', attention_mask.data, attention_mask.dims),
      });
      const data = embedding?.data as Float32Array;
      return rows.map((_, index) => data.slice(index * 384, (index + 1) * 384));
    },
  };
}

/** What the independent engine needs of the model's config.json. */
const CONFIG = {
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.1,
  hidden_size: 384,
  initializer_range: 0.02,
  intermediate_size: 1536,
  layer_norm_eps: 1e-12,
  max_position_embeddings: 512,
  model_type: 'bert',
  num_attention_heads: 12,
  num_hidden_layers: 6,
  pad_token_id: 0,
  position_embedding_type: 'absolute',
  type_vocab_size: 2,
  use_cache: true,
  vocab_size: 30_522,
};

/** The same weights in an implementation that shares no code with ours: candle (Rust) compiled to WebAssembly. */
export async function embedIndependently(texts: readonly string[]): Promise<number[][]> {
  const { meta, files } = await resolveModel('all-minilm-l6-v2-fp32');
  const weights = meta.sources.find((source) => source.id === 'weights')?.sha256 ?? '';
  const dir = await mkdtemp(join(tmpdir(), 'tercet-oracle-'));
  try {
    await writeFile(join(dir, 'tokenizer.json'), files['tokenizer.json'] as Uint8Array);
    await writeFile(join(dir, 'config.json'), JSON.stringify(CONFIG));
    const embedder = await createEmbedder({
      model: {
        id: 'minilm',
        dimensions: 384,
        maxTokens: 256,
        pooling: 'mean',
        normalize: true,
        weightsPath: join(defaultCacheDir(), 'sha256', weights),
        tokenizerPath: join(dir, 'tokenizer.json'),
        configPath: join(dir, 'config.json'),
      },
    });
    return await embedder.embed([...texts]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
