/** A JSON schema, or a CustomResourceDefinition's structural schema. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

const KEPT = [
  'type',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'required',
];

/**
 * A CRD's structural schema as a JSON schema that also refuses what the API server would prune: any field that is not
 * declared. CEL rules (`x-kubernetes-validations`) are not evaluated.
 */
export function strictSchema(structural: Schema): Schema {
  const schema: Record<string, unknown> = Object.fromEntries(
    KEPT.filter((keyword) => structural[keyword] !== undefined).map((keyword) => [
      keyword,
      structural[keyword],
    ]),
  );
  // Flags inside a pattern are Go's, not JavaScript's.
  if (String(structural['pattern']).includes('(?i)')) delete schema['pattern'];
  if (structural['x-kubernetes-int-or-string'] === true) {
    delete schema['type'];
    schema['anyOf'] = [{ type: 'integer' }, { type: 'string' }];
  }
  const items = structural['items'] as Schema | undefined;
  if (items) schema['items'] = strictSchema(items);
  const properties = structural['properties'] as Readonly<Record<string, Schema>> | undefined;
  if (properties) {
    schema['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, inner]) => [name, strictSchema(inner)]),
    );
  }
  const open = structural['additionalProperties'];
  if (typeof open === 'object' && open !== null)
    schema['additionalProperties'] = strictSchema(open as Schema);
  else if (properties && structural['x-kubernetes-preserve-unknown-fields'] !== true)
    schema['additionalProperties'] = false;
  if (structural['nullable'] === true && typeof schema['type'] === 'string')
    schema['type'] = [schema['type'], 'null'];
  return schema;
}
