import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toCell } from '../../src/transform/cell.ts';

describe('a number', () => {
  it('keeps every digit', () => {
    const digits = '12345678901234567890123456789012345678.123456789';
    expect(toCell.number(digits)).toBe(digits);
    expect(toCell.number('-0.10')).toBe('-0.10');
  });

  it('is written out of scientific notation without a float', () => {
    expect(toCell.number('1e3')).toBe('1000');
    expect(toCell.number('-1.25E+2')).toBe('-125');
    expect(toCell.number('1.5e-3')).toBe('0.0015');
    expect(toCell.number('.5')).toBe('0.5');
    expect(toCell.number('5.')).toBe('5');
    expect(toCell.number('+7')).toBe('7');
    expect(toCell.number('00.5e1')).toBe('5');
    expect(toCell.number('0e999')).toBe('0');
    expect(toCell.number('1.5e-7')).toBe('0.00000015');
    expect(toCell.number('1.7976931348623157e308')).toBe(`17976931348623157${'0'.repeat(292)}`);
    expect(toCell.number(`-${'0'.repeat(400)}12.50`)).toBe('-12.50');
  });

  it.each([
    'abc',
    'NaN',
    'Infinity',
    '0x10',
    '1,234.5',
    ' 1',
    '1 ',
    '1e400',
    '-1e-400',
    '0e-99999',
    `0.${'3'.repeat(1001)}`,
    '.',
    'e5',
    '1e',
    '１２',
    '--1',
    '1'.repeat(400),
  ])('does not take %j', (text) => {
    expect(toCell.number(text)).toBeUndefined();
  });

  it('agrees with the machine wherever a double is exact', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -6, max: 6 }), (mantissa, exponent) => {
        const text = `${mantissa}e${exponent}`;
        expect(Number(toCell.number(text))).toBe(Number(text));
      }),
    );
  });
});

describe('an instant', () => {
  it('is taken with and without milliseconds, with an offset, and as epoch milliseconds', () => {
    expect(toCell.timestamp('2026-01-31T09:30:00Z')).toBe('2026-01-31T09:30:00.000Z');
    expect(toCell.timestamp('2026-01-31T09:30:00.5Z')).toBe('2026-01-31T09:30:00.500Z');
    expect(toCell.timestamp('2026-01-31T09:30Z')).toBe('2026-01-31T09:30:00.000Z');
    expect(toCell.timestamp('2026-01-31T09:30:00.123Z')).toBe('2026-01-31T09:30:00.123Z');
    expect(toCell.timestamp('2026-01-31T09:30:00+02:00')).toBe('2026-01-31T07:30:00.000Z');
    expect(toCell.timestamp('2026-01-31T09:30:00.123456+02:00')).toBe('2026-01-31T07:30:00.123456Z');
    expect(toCell.timestamp('1769851800000')).toBe('2026-01-31T09:30:00.000Z');
    expect(toCell.timestamp('-62135596800000')).toBe('0001-01-01T00:00:00.000Z');
    expect(toCell.timestamp('9999-12-31T23:59:59.999Z')).toBe('9999-12-31T23:59:59.999Z');
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '0000-01-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    '2026-01-01',
    'soon',
    '253402300800000',
    '-99999999999999',
  ])('does not take %j', (text) => {
    expect(toCell.timestamp(text)).toBeUndefined();
  });
});

describe('a day', () => {
  it('stays the day it is, in both of HubSpot’s formats', () => {
    expect(toCell.date('2024-02-29')).toBe('2024-02-29');
    expect(toCell.date('1769817600000')).toBe('2026-01-31');
  });

  it.each([
    '2023-02-29',
    '2024-02-30',
    '0000-00-00',
    '2026-13-01',
    '1769851800000',
    '31.01.2026',
    '2026-01-31T00:00:00Z',
  ])('does not take %j', (text) => {
    expect(toCell.date(text)).toBeUndefined();
  });
});

describe('this machine’s time zone', () => {
  it.each([
    ['Pacific/Kiritimati', -840],
    ['America/Los_Angeles', 480],
    ['UTC', 0],
  ])('%s moves neither a day nor an instant', (zone, offset) => {
    const { TZ } = process.env;
    onTestFinished(() => (TZ === undefined ? void delete process.env.TZ : void (process.env.TZ = TZ)));
    process.env.TZ = zone;
    expect(new Date(2026, 0, 31).getTimezoneOffset()).toBe(offset);
    expect(toCell.date('2026-01-31')).toBe('2026-01-31');
    expect(toCell.date('1769817600000')).toBe('2026-01-31');
    expect(toCell.date('1769851800000')).toBeUndefined();
    expect(toCell.timestamp('2026-01-31T09:30Z')).toBe('2026-01-31T09:30:00.000Z');
    expect(toCell.timestamp('1769851800000')).toBe('2026-01-31T09:30:00.000Z');
  });
});

describe('other values', () => {
  it('booleans are true and false in any case, and nothing else', () => {
    expect(['true', 'FALSE', 'True'].map(toCell.boolean)).toEqual(['true', 'false', 'true']);
    expect(['1', 'yes', 'on', ' true'].map(toCell.boolean)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('a multi-checkbox is split at semicolons, wherever they stand', () => {
    expect(toCell['text[]'](';a;b c;;d;')).toEqual(['a', 'b c', 'd']);
    expect(toCell['text[]'](';')).toBeNull();
    expect(toCell['text[]']('\0;a\0')).toEqual(['a']);
  });

  it('text loses NUL and half surrogates, and nothing else', () => {
    expect(toCell.text('a\0b')).toBe('ab');
    expect(toCell.text('\0')).toBeNull();
    expect(toCell.text('x\ud800y')).toBe('x\ufffdy');
    const kept = 'tab\t newline\n back\\slash "quote" 👩‍👩‍👧 עברית \u2028';
    expect(toCell.text(kept)).toBe(kept);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (!text.includes('\0')) expect(toCell.text(text)).toBe(text || null);
      }),
    );
  });

  it('int64 ids are taken to the last one, and not beyond', () => {
    expect(toCell.integer('9223372036854775807')).toBe('9223372036854775807');
    expect(toCell.integer('9223372036854775808')).toBeUndefined();
    expect(toCell.integer('1.0')).toBeUndefined();
  });

  it('JSON is verbatim where it can be, with every digit of its numbers', () => {
    expect(toCell.json('{"b": 1.10, "a":[12345678901234567890]}')).toBe(
      '{"b": 1.10, "a":[12345678901234567890]}',
    );
    expect(toCell.json(String.raw`{"a":"x\u0000y\ud800","n":12345678901234567890.5}`)).toBe(
      '{"a":"xy\ufffd","n":12345678901234567890.5}',
    );
    expect(toCell.json('{"__proto__":1}')).toBe('{"__proto__":1}');
    expect(toCell.json(String.raw`{"a\u0000":1}`)).toBe('{"a":1}');
    for (const bad of ['{', 'nope', '37.77,-122.42', '1e400', `[${'9'.repeat(500)}]`]) {
      expect(toCell.json(bad)).toBeUndefined();
    }
  });

  it.each([
    ['a member named twice', '{"a":1,"b":{"a":2,"a":3}}'],
    ['a member named twice once NUL is gone', String.raw`{"a":1,"a\u0000":2}`],
    ['500 levels and one', `${'['.repeat(501)}${']'.repeat(501)}`],
    ['a number with more places than numeric has', '{"a":1e-20000}'],
  ])('JSON with %s does not fit: a warehouse would change or refuse it', (_what, document) => {
    expect(toCell.json(document)).toBeUndefined();
  });

  it('what is long and hopeless is told so at once', () => {
    const began = performance.now();
    for (const text of [`${'1'.repeat(65_000)}x`, `{${'"'.repeat(65_000)}`, `"${'\\"'.repeat(32_000)}`]) {
      expect(toCell.number(text)).toBeUndefined();
      expect(toCell.json(text)).toBeUndefined();
    }
    expect(performance.now() - began).toBeLessThan(500);
  });
});
