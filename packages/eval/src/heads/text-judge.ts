import { type Decision, DecisionCause, ItemOpened, PartEmbedded } from '@tercet/contracts';
import { type OpenedModality, openModality } from '@tercet/encoder/testing';
import { decide, type HeadSet, type PartOutcome, type Policy } from '@tercet/policy';
import { definition } from '@tercet/text-encoder';

const BATCH = 64;

/** What a text encoder makes of texts, to be decided by one head set or another. */
export type EncodedTexts = readonly PartOutcome[];

/** Encodes and decides texts in this process, by the encoder's own windows and the policy's own decision. */
export class TextJudge {
  private constructor(private readonly encodeParts: OpenedModality<unknown, unknown>['encode']) {}

  /** Opens the text encoder's models, which are built first where they are not there. */
  static async open(textModel?: string): Promise<TextJudge> {
    const opened = await openModality(definition, { TERCET_TEXT_MODEL: textModel });
    return new TextJudge((...parts) => opened.encode(...parts));
  }

  /** @throws RangeError where a text is empty. */
  async encode(texts: readonly string[]): Promise<EncodedTexts> {
    const outcomes: PartOutcome[] = [];
    for (let at = 0; at < texts.length; at += BATCH) {
      const parts = texts
        .slice(at, at + BATCH)
        .map((text) => ({ bytes: Buffer.from(text), mediaType: '', language: '', derivation: undefined }));
      for (const outcome of await this.encodeParts(...parts)) {
        if (outcome.kind !== 'embedded') throw new RangeError(`a text came out ${outcome.kind}`);
        const { embeddings, truncated, language } = outcome;
        const record = PartEmbedded.fromPartial({
          partId: 'text',
          modality: 'text',
          embeddings: [...embeddings],
          truncated: [...truncated],
          language,
        });
        outcomes.push({ kind: 'embedded', record });
      }
    }
    return outcomes;
  }
}

/** One decision per text. */
export function decideTexts(encoded: EncodedTexts, policy: Policy, headSet: HeadSet): Decision[] {
  const opened = ItemOpened.fromPartial({ parts: [{ partId: 'text', modality: 'text' }] });
  const [part] = opened.parts;
  if (part === undefined) throw new RangeError('an item has a part');
  return encoded.map((outcome) =>
    decide(
      {
        itemKey: 'eval/text',
        version: 1n,
        revision: 1,
        cause: DecisionCause.COMPLETE,
        opened,
        parts: [{ part, outcome }],
        appliedOffset: 0n,
      },
      policy,
      headSet,
    ),
  );
}
