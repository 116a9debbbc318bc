import { expect, it } from 'vitest';
import { BINDINGS, commandOf } from './keymap.js';

const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

it('decides a case in three keys', () => {
  expect(commandOf(press('j'), false)).toBe('next');
  expect(commandOf(press('4'), true)).toBe('block');
  expect(commandOf(press('Enter'), true)).toBe('submit');
});

it('gives no key two meanings', () => {
  expect(new Set(BINDINGS.map((one) => one.key)).size).toBe(BINDINGS.length);
});

it('decides nothing without a case', () => {
  for (const key of ['1', '2', '3', '4', 'Enter', 'r']) expect(commandOf(press(key), false)).toBeUndefined();
});

it('leaves keys with Ctrl, Meta or Alt to the browser, and takes capitals', () => {
  expect(commandOf(press('r', { ctrlKey: true }), true)).toBeUndefined();
  expect(commandOf(press('1', { altKey: true }), true)).toBeUndefined();
  expect(commandOf(press('J'), false)).toBe('next');
});
