import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openHubspotClock } from '../../src/hubspot/hubspot-clock.ts';

function nowAfter(dates: readonly number[]): number | undefined {
  const clock = openHubspotClock();
  for (const date of dates) clock.see(date);
  return clock.now();
}

test('before any answer nothing is known, and one answer is all there is', () => {
  expect(nowAfter([])).toBeUndefined();
  expect(nowAfter([5])).toBe(5);
});

test('one date that is far ahead is not believed, wherever it comes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 2 }), fc.nat(), (dates, at) => {
      const with1 = dates.toSpliced(at % (dates.length + 1), 0, 1e9);
      expect(nowAfter(with1)).toBe(Math.max(...dates));
    }),
  );
});

test('it is the second latest of all, so never later than HubSpot says and never going back', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 2 }), (dates) => {
      expect(nowAfter(dates)).toBe(dates.toSorted((a, b) => b - a)[1]);
    }),
  );
});
