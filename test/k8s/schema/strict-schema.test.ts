import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { strictSchema } from './strict-schema.js';

const structural = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      properties: {
        replicas: { type: 'integer', format: 'int32', minimum: 0 },
        share: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
  },
};
const validate = new Ajv2020({ strict: false }).compile(strictSchema(structural));

it.each([
  [true, { spec: { replicas: 1, share: '50%', labels: { any: 'text' }, anything: { at: 'all' } } }],
  [true, { spec: { share: 3 } }],
  [false, { spec: { replica: 1 } }],
  [false, { spec: { replicas: '1' } }],
  [false, { spec: { replicas: -1 } }],
  [false, { spec: { labels: { any: 1 } } }],
  [false, {}],
])('says %s', (valid, object) => {
  expect(validate(object)).toBe(valid);
});
