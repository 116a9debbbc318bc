import { expect, it } from 'vitest';
import { parseLine } from './parse-line.js';

const TEXT = { id: 't', modality: 'text', text: 'hello' };
const whole = { id: 'a', lang: 'en', group: 'g', parts: [TEXT], labels: { hate: 0, sexual: 1 } };

it('reads a line, and one with as little as may be', () => {
  expect(parseLine(JSON.stringify(whole))).toEqual({
    id: 'a',
    lang: 'en',
    group: 'g',
    parts: [{ id: 't', modality: 'text', content: { text: 'hello' } }],
    labels: { hate: 0, sexual: 1 },
  });
  const file = { id: 'p', modality: 'image', file: 'a/b.png' };
  expect(parseLine(JSON.stringify({ id: 7, parts: [file], more: true }))).toEqual({
    id: '7',
    lang: '',
    group: '',
    parts: [{ id: 'p', modality: 'image', content: { file: 'a/b.png' } }],
    labels: {},
  });
});

it.each([
  ['{"id":', 'not JSON'],
  ['[]', 'expected object'],
  [JSON.stringify({ parts: [TEXT] }), 'id'],
  [JSON.stringify({ ...whole, parts: [] }), 'parts'],
  [JSON.stringify({ ...whole, parts: [{ ...TEXT, modality: 'video' }] }), 'parts.0.modality: is no modality'],
  [JSON.stringify({ ...whole, parts: [{ ...TEXT, file: 'x' }] }), 'either text or file'],
  [JSON.stringify({ ...whole, parts: [{ id: 't', modality: 'text' }] }), 'either text or file'],
  [JSON.stringify({ ...whole, parts: [TEXT, TEXT] }), 'two parts have one id'],
  [JSON.stringify({ ...whole, labels: { hate: 0.5 } }), 'labels.hate'],
])('says what is wrong with %s', (text, problem) => {
  expect(parseLine(text)).toEqual({ problem: expect.stringContaining(problem) });
});
