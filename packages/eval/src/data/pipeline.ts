import { type Decision, DecisionCause, Item, JoinRecord, Part, RawPart, TOPIC } from '@tercet/contracts';
import { failureRecord, outcomeRecord } from '@tercet/encoder';
import { planItem } from '@tercet/intake';
import { DEFAULT_LIMITS, validateItem } from '@tercet/items';
import { BugError, InvalidInputError } from '@tercet/kit';
import { decide, type PartOutcome } from '@tercet/policy';
import type { Deployment } from './deployment.js';
import type { EncoderPool } from './encoder-pool.js';

/** A part with its content. */
export interface FullPart {
  readonly id: string;
  readonly modality: string;
  /** BCP 47 tag; empty: upstream says nothing. */
  readonly language: string;
  readonly content: { readonly text: string } | { readonly bytes: Uint8Array };
}

/** The encoder of a modality, or the deriver `<modality>:<suffix>`; started when it is first asked for. */
export type FindEncoder = (kind: string) => Promise<EncoderPool>;

/**
 * Takes one item through intake's plan, the encoders and derivers, and the decision, by the same functions as the
 * services, without topics between them and without a deadline.
 * @throws InvalidInputError where intake would refuse the whole item.
 */
export async function decideItem(
  id: string,
  parts: readonly FullPart[],
  { policy, headSet, pins }: Deployment,
  encoderOf: FindEncoder,
): Promise<Decision> {
  const item = Item.fromPartial({ tenant: 'eval', itemId: id, version: 1n, parts: parts.map(toPart) });
  const valid = validateItem(item, DEFAULT_LIMITS);
  if (valid.operation !== 'moderate') throw new BugError('an evaluated item erases something');
  const plan = planItem(valid, pins);
  const bytes = new Map(
    valid.parts.flatMap(({ partId, content }) =>
      'bytes' in content ? [[partId, content.bytes] as const] : [],
    ),
  );
  const encoded = await Promise.all(
    plan.parts.map((part) => encode(part, bytes.get(part.partId) ?? new Uint8Array(), encoderOf)),
  );
  const records = [...plan.failures, ...encoded.flat()];
  const { body } = plan.opened;
  if (body?.$case !== 'itemOpened') throw new BugError('a plan opens nothing');
  const outcomes = new Map(records.map((record) => outcomeOf(record)));
  return decide(
    {
      itemKey: plan.opened.itemKey,
      version: 1n,
      revision: 1,
      cause: DecisionCause.COMPLETE,
      opened: body.value,
      parts: body.value.parts.map((part) => ({
        part,
        outcome: outcomes.get(part.partId) ?? { kind: 'pending', code: 'timeout' },
      })),
      appliedOffset: 0n,
    },
    policy,
    headSet,
  );
}

function toPart({ id, modality, language, content }: FullPart): Part {
  return Part.fromPartial({
    partId: id,
    modality,
    language,
    content:
      'text' in content
        ? { $case: 'text', value: content.text }
        : { $case: 'inline', value: Buffer.from(content.bytes) },
  });
}

/** What becomes of a part: its own record, and those of what is read from it. */
async function encode(part: RawPart, bytes: Uint8Array, encoderOf: FindEncoder): Promise<JoinRecord[]> {
  const derived = part.derive.map(async (suffix) => {
    const { topic, value, text } = await run(part, bytes, `${part.modality}:${suffix}`, encoderOf);
    if (topic === TOPIC.embeddings) return value;
    const made = RawPart.decode(value);
    return (await run(made, text, made.modality, encoderOf)).value;
  });
  const own = run(part, bytes, part.modality, encoderOf).then(({ value }) => value);
  return (await Promise.all([own, ...derived])).map((value) => JoinRecord.decode(value));
}

/** What the service of a part's encoder would publish, and the text that a deriver would put into the content store. */
async function run(part: RawPart, bytes: Uint8Array, kind: string, encoderOf: FindEncoder) {
  const { mediaType, language, derivation } = part;
  const encoder = await encoderOf(kind);
  let text: Uint8Array = new Uint8Array();
  const store = {
    put: async (read: Uint8Array): Promise<string> => {
      text = read;
      return '';
    },
  };
  const maker = {
    derives: encoder.derives,
    store,
    encoderDigest: () => encoder.encoderDigest,
    models: () => encoder.models,
  };
  const published = async () => {
    try {
      const outcome = await encoder.embed({ bytes, mediaType, language, derivation });
      return await outcomeRecord(part, outcome, maker, new AbortController().signal);
    } catch (error) {
      if (error instanceof InvalidInputError) return failureRecord(part, error, encoder.derives);
      throw error;
    }
  };
  const { topic, value } = (await published()).record;
  if (value === null) throw new BugError('an encoder erased something');
  return { topic, value, text };
}

function outcomeOf({ body }: JoinRecord): readonly [partId: string, outcome: PartOutcome] {
  switch (body?.$case) {
    case 'partEmbedded':
      return [body.value.partId, { kind: 'embedded', record: body.value }];
    case 'partEmpty':
      return [body.value.partId, { kind: 'empty', record: body.value }];
    case 'partFailed':
      return [body.value.partId, { kind: 'failed', record: body.value }];
    default:
      throw new BugError('an encoder told the join something else');
  }
}
