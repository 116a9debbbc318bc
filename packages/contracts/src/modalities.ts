/**
 * The modality table: the one place where the pipeline's kinds of content are listed. Everywhere else a modality
 * is a value. `topic` is the encoder's input, before the deployment's prefix.
 */
export const MODALITIES = [
  { name: 'text', topic: 'raw.text', defaultMediaType: 'text/plain' },
  { name: 'image', topic: 'raw.image', defaultMediaType: 'image/*' },
  { name: 'audio', topic: 'raw.audio', defaultMediaType: 'audio/*' },
] as const;

export type Modality = (typeof MODALITIES)[number]['name'];

/** The table's row for a name that came from outside; undefined where there is none. */
export function findModality(name: string): (typeof MODALITIES)[number] | undefined {
  return MODALITIES.find((row) => row.name === name);
}
