import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitsHeader, pastedKey } from '../src/pasted-key.ts';

const key = fc.stringMatching(/^[A-Za-z0-9\-._~+/]{8,60}={0,2}$/).filter((text) => !/^bearer/i.test(text));
const around = fc.array(
  fc.constantFrom(' ', '\n', '\r\n', '\t', '"', "'", '`', '\ufeff', '\u200b', '\u00a0', '“'),
  {
    maxLength: 6,
  },
);
const before = fc.constantFrom('', 'Bearer ', 'bearer\t', 'Authorization: Bearer ', 'authorization:BEARER  ');

test('whatever surrounds a key is taken away, and nothing of the key is', () => {
  fc.assert(
    fc.property(around, before, around, key, (left, prefix, inner, key) => {
      const pasted = `${left.join('')}${prefix}${inner.join('')}${key}${left.join('')}`;
      expect(pastedKey(pasted)).toBe(key);
      expect(pastedKey(pastedKey(pasted))).toBe(key);
      expect(fitsHeader(key)).toBe(true);
    }),
  );
});

test('what fits into a header has no character that could end it or begin another one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const key = pastedKey(text);
      if (fitsHeader(key)) expect(key).toMatch(/^[\x21-\x7e]+$/);
    }),
    { numRuns: 1000 },
  );
  for (const text of ['a b', 'a\nb', 'a\r', 'a\0', 'a,b', 'a:b', 'ä', ''])
    expect(fitsHeader(text)).toBe(false);
});
