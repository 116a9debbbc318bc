/** Kafka record headers that Tercet reads and writes. Values are UTF-8. */
export const HEADER = {
  /** `application/json` on `items`: the value is proto3 JSON. */
  contentType: 'content-type',
  /** On `decisions`: JSON of {@link DecisionTimings}. */
  timings: 'tercet-timings',
  /** On `decisions`: the offset of `embeddings` up to which fusion had read when it decided, in decimal. */
  inOffset: 'tercet-in-offset',
  /** On `dead-letters`: code, detail, and where the original lay. */
  deadLetterCode: 'tercet-code',
  deadLetterDetail: 'tercet-detail',
  deadLetterTopic: 'tercet-topic',
  deadLetterPartition: 'tercet-partition',
  deadLetterOffset: 'tercet-offset',
  deadLetterService: 'tercet-service',
} as const;

/** Times of one decision, in milliseconds since the epoch on the broker's clock, as the header carries them. */
export interface DecisionTimings {
  /** Append time of ItemOpened. */
  readonly openedAtMs: number;
  /** Append time of the last record that the decision reflects. */
  readonly lastPartAtMs: number;
  /** Deadline of the item version. */
  readonly deadlineMs: number;
  /** When fusion sent the decision, its own clock. */
  readonly decidedAtMs: number;
}
