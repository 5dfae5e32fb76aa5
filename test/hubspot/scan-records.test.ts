import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../src/hubspot/record-reader.ts';
import { isScanned, scanRecords } from '../../src/hubspot/scan-records.ts';

const reader = {
  properties: ['b', 'a', '__proto__', 'with"quote'],
  watermark: 'hs_lastmodifieddate',
  created: 'createdate',
};

const value = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\\', '"', '\\"', '👩‍👩‍👧', 'a\nb\tc'),
);
const members = fc.uniqueArray(
  fc.tuple(fc.constantFrom('a', 'b', '__proto__', 'with"quote', 'unasked', 'constructor'), value),
  { selector: ([name]) => name },
);
const record = fc.record({
  id: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String),
  properties: members.map((entries) =>
    Object.defineProperties(
      {},
      Object.fromEntries(entries.map(([name, each]) => [name, { value: each, enumerable: true }])),
    ),
  ),
  createdAt: fc.constant('2026-01-01T00:00:00.000Z'),
  updatedAt: fc.constant('2026-01-02T00:00:00Z'),
  archived: fc.boolean(),
  archivedAt: fc.constant('2026-01-03T00:00:00Z'),
  url: fc.constant('https://app.hubspot.com/contacts/1/record/0-1/33451'),
});
const answer = fc.record({
  results: fc.array(record, { maxLength: 5 }),
  paging: fc.option(fc.record({ next: fc.record({ after: fc.string() }) }), { nil: undefined }),
});

describe('scanning the text of an answer', () => {
  it('gives what parsing it gives, whatever the values and the order of the properties', () => {
    fc.assert(
      fc.property(answer, (body) => {
        const text = JSON.stringify(body);
        const scanned = scanRecords(Buffer.from(text), reader);
        expect(readRecords(scanned, reader)).toEqual(readRecords(JSON.parse(text), reader));
        const envelope = JSON.parse(text) as { paging?: unknown };
        expect((scanned as typeof envelope).paging).toEqual(envelope.paging);
      }),
      { numRuns: 2000 },
    );
  });

  it('never takes a text that is cut short for a page', () => {
    const body = {
      results: [{ id: '1', properties: { a: 'x\\' }, createdAt: 'c', updatedAt: 'u', archived: false }],
    };
    const text = JSON.stringify(body);
    for (let length = 0; length < text.length; length++)
      expect(scanRecords(Buffer.from(text.slice(0, length)), reader)).toBeUndefined();
    expect(scanRecords(Buffer.from(text), reader)).toBeDefined();
  });

  it.each([
    [
      'a value that is no text',
      '{"results":[{"id":"1","properties":{"a":1},"createdAt":"c","updatedAt":"u","archived":false}]}',
    ],
    [
      'nested fields',
      '{"results":[{"id":"1","properties":{},"associations":{},"createdAt":"c","updatedAt":"u","archived":false}]}',
    ],
    [
      'white space',
      '{"results":[ {"id":"1","properties":{},"createdAt":"c","updatedAt":"u","archived":false}]}',
    ],
    ['no list of results', '{"status":"error"}'],
    ['a record without a date', '{"results":[{"id":"1","properties":{},"createdAt":"c","archived":false}]}'],
    [
      'an unusable id',
      '{"results":[{"id":"x","properties":{},"createdAt":"c","updatedAt":"u","archived":false}]}',
    ],
    ['something after it', '{"results":[]} x'],
  ])('leaves %s to the parser', (_what, text) => {
    expect(scanRecords(Buffer.from(text), reader)).toBeUndefined();
  });

  it('knows its own lists from any others', () => {
    const scanned = scanRecords(Buffer.from('{"results":[]}'), reader) as { results: unknown };
    expect(isScanned(scanned.results)).toBe(true);
    expect(isScanned([])).toBe(false);
  });
});
