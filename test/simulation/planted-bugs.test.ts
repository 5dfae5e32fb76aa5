import { describe, expect, it } from 'vitest';
import { memoryEngine } from '../support/memory-engine.ts';
import { drawLife } from './life.ts';
import { harmless, plantedBugs } from './planted-bugs.ts';
import { playLife } from './play-life.ts';

/** A comparison that finds nothing proves nothing until it has found something. */
describe('within 500 lives, the simulation catches', { timeout: 600_000 }, () => {
  it.each(plantedBugs)('$name', async (bug) => {
    let caught = false;
    const seeds = Array.from({ length: 500 }, (_, index) => index + 1);
    for (const seed of [bug.caughtIn ?? 1, ...seeds]) {
      const { broken } = await playLife(drawLife(seed), memoryEngine(drawLife(seed)), bug);
      caught = broken.some((sentence) => bug.caughtBy.test(sentence));
      if (caught) break;
    }
    expect(caught).toBe(true);
  });
});

it(
  'the product survives pages that come again later, with versions that have passed',
  { timeout: 120_000 },
  async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { broken } = await playLife(drawLife(seed), memoryEngine(drawLife(seed)), harmless);
      expect(broken).toEqual([]);
    }
  },
);
