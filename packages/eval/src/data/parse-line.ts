import { findModality } from '@tercet/contracts';
import { z } from 'zod';

/** One line of an evaluation file. */
export interface DataLine {
  readonly id: string;
  /** What the file says of the language; empty: nothing. */
  readonly lang: string;
  readonly group: string;
  readonly parts: readonly DataPart[];
  /** 1 or 0 by category; a category that is not named is not judged. */
  readonly labels: Readonly<Record<string, 0 | 1>>;
}

export interface DataPart {
  readonly id: string;
  readonly modality: string;
  /** The content itself, or a path from the file's own folder. */
  readonly content: { readonly text: string } | { readonly file: string };
}

const part = z
  .object({
    id: z.string().min(1),
    modality: z.string().refine((name) => findModality(name) !== undefined, 'is no modality'),
    text: z.string().optional(),
    file: z.string().min(1).optional(),
  })
  .refine(({ text, file }) => (text === undefined) !== (file === undefined), 'takes either text or file');

const line = z.object({
  id: z.union([z.string().min(1), z.number()]).transform(String),
  lang: z.string().nullish(),
  group: z.string().nullish(),
  parts: z.array(part).min(1),
  labels: z.record(z.string(), z.union([z.literal(0), z.literal(1)])).nullish(),
});

/** Reads a line; answers why it cannot be used, without its content, where it cannot. Fields of other names are left alone. */
export function parseLine(text: string): DataLine | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON' };
  }
  const parsed = line.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.length ? `${issue.path.join('.')}: ` : '';
    return { problem: `${place}${issue?.message ?? 'is malformed'}` };
  }
  const { id, lang, group, parts, labels } = parsed.data;
  const ids = parts.map((one) => one.id);
  if (new Set(ids).size < ids.length) return { problem: 'two parts have one id' };
  return {
    id,
    lang: lang ?? '',
    group: group ?? '',
    parts: parts.map((one) => ({
      id: one.id,
      modality: one.modality,
      content: one.text === undefined ? { file: one.file ?? '' } : { text: one.text },
    })),
    labels: labels ?? {},
  };
}
