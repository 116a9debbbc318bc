import { type Embedding, encodeF32, type ModelRef, VectorEncoding } from '@tercet/contracts';
import { LEXICON, lexicalVector } from '@tercet/lexicon';
import { createTextEmbedder } from '@tercet/models';
import { loadHeadSets, scoreEmbeddings } from '@tercet/policy';
import type { ScoreAnswer, ScoreRequest } from './messages.js';

/** Opens the text model and the head sets; what it gives scores texts as one window each. */
export async function openScorer(
  headsDir: string,
  textModel: string,
): Promise<(request: ScoreRequest) => Promise<ScoreAnswer>> {
  const [embedder, headSets] = await Promise.all([
    createTextEmbedder({ model: textModel }),
    loadHeadSets(headsDir),
  ]);
  const model: ModelRef = { name: 'text', version: '', digest: embedder.digest };
  return async ({ texts, category, language, headSetDigest, modelDigests }) => {
    const headSet = headSets.byDigest.get(headSetDigest);
    if (!headSet || !modelDigests.includes(embedder.digest)) return { refused: 'model_changed' };
    const vectors = await embedder.embed(texts);
    const scores: number[] = [];
    for (const [n, text] of texts.entries()) {
      const embeddings = [
        embeddingOf(model, vectors[n] ?? new Float32Array()),
        embeddingOf(LEXICON, lexicalVector(text)),
      ];
      const score = scoreEmbeddings(headSet, 'text', language, embeddings).get(category);
      if (score === undefined) return { refused: 'model_changed' };
      scores.push(score);
    }
    return { scores };
  };
}

function embeddingOf(model: ModelRef, vector: Float32Array): Embedding {
  return {
    model,
    dimension: vector.length,
    encoding: VectorEncoding.F32,
    vectors: [{ data: encodeF32(vector), span: undefined }],
    vectorDigest: '',
    signals: [],
  };
}
