import { expect, test } from 'vitest';
import { readRecord, readRecords } from '../../src/hubspot/record-reader.ts';
import { record } from './open-test-hubspot.ts';

const reader = (...properties: string[]) => ({
  properties,
  watermark: 'lastmodifieddate',
  created: 'createdate',
});

test('values come in the order asked for: text as it is, null for empty and absent ones', () => {
  const one = record('1', { b: 'B', empty: null, blank: '', unasked: 'x' });
  expect(readRecord(one, reader('blank', 'b', 'absent', 'empty')).values).toEqual(['', 'B', null, null]);
});

test('a property may be called like something that every object has', () => {
  const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
  expect(readRecord(record('1'), reader(...names)).values).toEqual([null, null, null, null]);
  const own = JSON.parse('{"__proto__":"p","constructor":"c"}') as Record<string, string>;
  const sent = { ...record('1'), properties: own };
  expect(readRecord(sent, reader(...names)).values).toEqual(['c', null, 'p', null]);
});

test('a value that is no text against all documentation becomes its JSON', () => {
  const odd = { n: 1.5, b: true, o: { x: [1] } } as unknown as Record<string, string>;
  expect(readRecord(record('1', odd), reader('n', 'b', 'o')).values).toEqual(['1.5', 'true', '{"x":[1]}']);
});

test('a record that does not say when it changed or began is dated by its properties', () => {
  const dates = { lastmodifieddate: '2026-05-05T00:00:00Z', hs_createdate: '2026-01-05T00:00:00Z' };
  const one = record('1', dates, { createdAt: undefined, updatedAt: undefined });
  expect(readRecord(one, reader())).toMatchObject({
    createdAt: dates.hs_createdate,
    updatedAt: dates.lastmodifieddate,
  });
});

test.each([
  ['no time of change', record('1', {}, { updatedAt: undefined })],
  ['no id', record('', {})],
  ['an id that is no number', record('x', {})],
  ['a number for an id', record('1', {}, { id: 1 })],
  ['properties that are a list', record('1', {}, { properties: [] })],
  ['no time of archiving', record('1', {}, { archived: true })],
])('a record with %s makes the answer a bad one', (_what, one) => {
  expect(() => readRecords({ results: [one] }, reader())).toThrow(
    expect.objectContaining({ code: 'hubspot_bad_answer', verdict: 'retry' }),
  );
});
