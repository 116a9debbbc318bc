/**
 * Codes of invalid input: the closed list. A code is part of the public contract; one is added here, never invented
 * where it is used. Dead letters, PartFailed, PartMissing and gRPC's `tercet-code` trailer carry them.
 */
export const INVALID_CODES = {
  // No item can be read: dead letters.
  undecodable: 'The bytes are neither protobuf nor, with the JSON header, proto3 JSON of the message.',
  wrong_field: 'The JSON names a field that the message does not have, or gives one a wrong type.',
  empty_value: 'The record has no value.',
  bad_tenant: 'The tenant is empty, too long, or holds a character outside [A-Za-z0-9._-].',
  bad_item_id: 'The item id is empty, longer than 256 bytes, or holds control characters.',
  bad_version: 'The version is below 1.',
  key_mismatch: 'The record key is not tenant/item_id.',
  no_parts: 'The item has no parts.',
  too_many_parts: 'The item has more parts than the limit.',
  duplicate_part_id: 'Two parts have one id.',
  bad_part_id: 'A part id is empty, longer than 64 characters, or holds a character outside [A-Za-z0-9._-].',
  unknown_policy: 'The deployment has no policy of that id.',
  bad_context: 'A field of the context is longer than 256 bytes, negative, or holds control characters.',
  bad_window: 'The window is negative or above the limit.',
  stale_version: 'A newer version of the item was opened before.',
  bad_review: 'The review misses a field, or names an action that does not exist.',
  stale_review: 'The judged revision is not, or no longer, the latest one.',
  bad_report: 'The report misses a field, or one is too long.',
  bad_appeal: 'The appeal misses a field, or one is too long.',
  stale_appeal: 'The contested revision is not, or no longer, the latest one that is known.',
  bad_request: 'The request names more items than the limit, or misses its message.',
  // A part cannot be used; the item is decided with the rest.
  unknown_modality: 'The modality table has no such row.',
  no_content: 'The part has neither inline bytes, text nor uri.',
  bad_text: 'The text is not valid UTF-8.',
  too_large: 'The content is larger than the limit.',
  sha256_mismatch: 'The content does not have the given sha256.',
  bad_uri: 'The address is malformed, or its scheme is not served.',
  uri_not_allowed: 'The address is not on the allow-list, or resolves to a private network.',
  content_missing: 'The content store or the address has no such content.',
  fetch_failed: 'The address did not answer in time or answered with an error.',
  unsupported_media: 'The bytes are not of a kind that the encoder reads.',
  media_mismatch: 'The bytes are not what the media type says.',
  undecodable_media: 'The bytes are broken or truncated.',
  too_many_pixels: 'The picture has more pixels than the limit.',
  bad_dimensions: 'The picture is too narrow, too low, or of an extreme aspect.',
  too_long: 'The audio is longer than the limit.',
  language_not_covered: 'The speech is in a language that the transcriber has no good model for.',
  decode_timeout: 'Decoding took longer than the limit.',
  crashed: 'The part ended its decoder process twice, or the whole encoder again and again.',
} as const;

export type InvalidCode = keyof typeof INVALID_CODES;

/** Codes of a dependency that does not answer: retried, nothing committed. */
export const UNAVAILABLE_CODES = {
  broker_unavailable: 'Kafka does not answer.',
  redis_unavailable: 'Redis does not answer.',
  state_rebuilding: 'The join state is being rebuilt.',
  content_store_unavailable: 'The content store does not answer.',
  database_unavailable: "The dashboard's database does not answer, or another process holds it.",
  inference_unavailable: 'The inference process is being replaced.',
  provider_missing:
    'The library of the execution provider that was asked for is not there, or does not load.',
  provider_device_missing: 'The execution provider loads, and finds no device or no driver.',
  provider_not_used: 'The execution provider was taken, and what ran was run by another one.',
  model_missing: 'A model file is not there; run `tercet models build`.',
  model_mismatch: 'A model file does not have its pinned sha256.',
  deadline: 'The dependency did not answer in time.',
  overloaded: 'A limit is reached; try again later.',
  draining: 'The process is shutting down; ask another one.',
  fenced: 'Another owner took over.',
} as const;

export type UnavailableCode = keyof typeof UNAVAILABLE_CODES;

/** Why a part came out empty. */
export const EMPTY_CODES = {
  empty_text: 'The text holds nothing but white space.',
  no_audio: 'The audio holds no samples.',
  no_speech: 'No speech was found.',
  no_words: 'Speech was found, and no word of it could be made out.',
  no_text: 'No text was found in the picture.',
} as const;

export type EmptyCode = keyof typeof EMPTY_CODES;

/** Why a part of an item is missing from its decision, beside the codes above. */
export const MISSING_CODES = {
  timeout: 'The part had not come when the window closed.',
  overload: 'The join was short of memory and closed the window early.',
  no_head: 'No head of the pinned set knows the encoder that made the vector.',
  language_not_served: "No head of the pinned set serves the part's language.",
} as const;

/** Why something was not looked at. */
export const TRUNCATION_CODES = {
  max_windows: 'Text beyond the configured number of windows.',
  max_segments: 'Audio beyond the configured number of segments.',
  max_frames: 'Frames beyond the configured number, or between sampled ones.',
  max_chars: 'Text beyond the configured number of characters.',
  max_lines: 'Lines of text in a picture beyond the configured number.',
  language_not_covered:
    'Speech in a language that the transcriber has no good model for, beside other speech.',
  unintelligible: 'Speech of which no words could be made out with any confidence.',
  language_not_served: 'A stretch of a text in a language that its model was not made for.',
} as const;

export type TruncationCode = keyof typeof TRUNCATION_CODES;
