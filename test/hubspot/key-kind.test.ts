import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyKind, wrongKind } from '../../src/hubspot/key-kind.ts';

const uuid = '0badc0de-0bad-4bad-8bad-0badc0de0bad';
const message = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '');

test.each([
  [`pat-na1-${uuid}`, 'service key'],
  [`pat-eu1-${uuid}`, 'service key'],
  [`pat-ap1-${uuid.toUpperCase()}`, 'service key'],
  [`pat-na10-${uuid}`, 'service key'],
  ['pat-', 'broken key'],
  ['pat-na1-', 'broken key'],
  [`pat-na1-${uuid.slice(0, -1)}`, 'broken key'],
  [`pat-na1-${uuid}0`, 'broken key'],
  [`at-na1-${uuid}`, 'broken key'],
  [`na1-${uuid}`, 'broken key'],
  [message(`\n$na1-0bad-c0de-4bad-8bad-0badc0de0bad\u0010\u0001`), 'personal access key'],
  [message(`\n$0badc0de-0bad-4bad-8bad-0badc0de0bad\u0010\u0001`), 'personal access key'],
  [uuid, 'API key or app secret'],
  ['eu1-0bad-c0de-4bad-0badc0de0bad', 'unknown'],
  ['eu1-0bad-c0de-4bad-8bad-0badc0de0bad', 'API key or app secret'],
  ['na1-0bad-c0de-4bad-8bad-0badc0de0bad', 'API key or app secret'],
  ['CNTNtIxZMgcAQAEYs-gDIIGOBii1hQIyGQAf3xBKmlwHjX7OIpuIFEavB2', 'OAuth access token'],
  ['hunter2-is-not-a-service-key', 'unknown'],
  ['eyJhbGciOiJIUzI1NiJ9.e30.0badc0de', 'unknown'],
  ['', 'unknown'],
])('%s has the form of: %s', (value, kind) => {
  expect(keyKind(value)).toBe(kind);
});

test('a whole Service Key of any region is never taken for another kind, and each other kind is told apart', () => {
  const region = fc.stringMatching(/^[a-z]{2}[1-9]$/);
  fc.assert(
    fc.property(region, fc.uuid(), fc.nat(44), (region, uuid, length) => {
      const key = `pat-${region}-${uuid}`;
      expect(keyKind(key)).toBe('service key');
      const cut = key.slice(0, length);
      expect(keyKind(cut)).toBe(length >= key.length ? 'service key' : length < 4 ? 'unknown' : 'broken key');
    }),
  );
});

test('every kind but a Service Key has a sentence of its own, which says what to create or copy and where', () => {
  const { 'service key': right, ...wrong } = wrongKind;
  expect(right).toBeUndefined();
  const sentences = Object.values(wrong);
  expect(new Set(sentences).size).toBe(5);
  for (const sentence of sentences) {
    expect(sentence).toMatch(
      /(Create a|Copy the whole) Service Key.* in HubSpot under Settings → Integrations/,
    );
    expect(sentence).toContain('Development → Keys → Service Keys');
  }
});
