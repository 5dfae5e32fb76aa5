import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { cleanKey, fingerprint } from '../../src/hubspot/index.ts';

test.each([
  ' pat-eu1-abc ',
  '"pat-eu1-abc"',
  "'pat-eu1-abc'\n",
  'Bearer pat-eu1-abc',
  'Authorization: bearer "pat-eu1-abc"',
  '\ufeffpat-eu1-abc\r\n',
])('a key pasted as %j is taken as it was meant', (text) => {
  expect(cleanKey(text)).toBe('pat-eu1-abc');
});

test.each(['pat-eu1-abc\ndef', 'pat-eu1 abc', 'pat-eu1-äbc', 'pat-eu1-abc\u0000', 'pat,eu1'])(
  'a key that a header cannot carry is refused without showing it: %j',
  (text) => {
    const error = thrown(() => cleanKey(text));
    expect(error).toMatchObject({ code: 'key_refused', verdict: 'stop' });
    expect(inspect(error)).not.toContain('eu1');
  },
);

test.each(['', '  ', '""', 'Bearer '])('nothing at all is a missing key: %j', (text) => {
  expect(thrown(() => cleanKey(text))).toMatchObject({ code: 'key_missing' });
});

test('a fingerprint is twelve digits of a keyed hash, the same however the key was pasted', () => {
  expect(fingerprint('abc', 'secret')).toBe('9946dad4e00e');
  expect(fingerprint(' "abc" ', 'secret')).toBe('9946dad4e00e');
  expect(fingerprint('abc', 'of another installation')).not.toBe('9946dad4e00e');
});

function thrown(task: () => unknown): unknown {
  try {
    return task();
  } catch (error) {
    return error;
  }
}
