import { expect, it } from 'vitest';
import { mapAhead } from '../../src/sync/map-ahead.ts';

async function* numbers(count: number, taken: number[]): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) {
    taken.push(i);
    yield i;
  }
}

it('keeps the order, and never takes more than it may from the sequence', async () => {
  const taken: number[] = [];
  let running = 0;
  let most = 0;
  const results: number[] = [];
  for await (const result of mapAhead(numbers(20, taken), 3, async (item) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return item * 2;
  })) {
    results.push(result);
    expect(taken.length - results.length).toBeLessThanOrEqual(3);
  }
  expect(results).toEqual(Array.from({ length: 20 }, (_, i) => i * 2));
  expect(most).toBe(3);
});

it('passes a failure on in its turn', async () => {
  const results: number[] = [];
  const run = async (): Promise<void> => {
    for await (const result of mapAhead(numbers(9, []), 4, async (item) => {
      if (item === 2) throw new Error('third');
      return item;
    })) {
      results.push(result);
    }
  };
  await expect(run()).rejects.toThrow('third');
  expect(results).toEqual([0, 1]);
});
