import { describe, expect, it } from 'vitest';
import { addCalls, noCalls, timeOf, totalCalls } from '../src/cost.ts';

const calls = (burst: number, search: number, associations: number) => ({ burst, search, associations });

describe('calls', () => {
  it('are added limit by limit', () => {
    expect(addCalls()).toEqual(noCalls);
    expect(addCalls(calls(1, 2, 3), calls(10, 20, 30))).toEqual(calls(11, 22, 33));
    expect(totalCalls(calls(1, 2, 3))).toBe(6);
  });

  it('take as long as the slowest of their queues', () => {
    const pace = { perSecond: calls(16, 4, 8) };
    expect(timeOf(calls(160, 4, 8), pace)).toBe(10_000);
    expect(timeOf(calls(160, 80, 8), pace)).toBe(20_000);
    expect(timeOf(calls(160, 80, 240), pace)).toBe(30_000);
  });
});
