import { describe, expect, it } from 'vitest';
import type { Engine } from '../support/engine.ts';
import type { Life } from './life.ts';
import { trySeed } from './seeds.ts';

interface Lives {
  readonly from: number;
  readonly to: number;
  readonly engine: (life: Life) => Promise<Engine>;
  /** As `npm run scenario` calls it. */
  readonly warehouse: 'memory' | 'postgres' | 'bigquery';
}

/** Seeds `from` to `to`, some to a test. */
export function describeLives(what: string, { from, to, engine, warehouse }: Lives): void {
  describe(what, { timeout: 600_000 }, () => {
    const atOnce = 10;
    for (let first = from; first <= to; first += atOnce) {
      const last = Math.min(to, first + atOnce - 1);
      it(`end in the truth after work, faults and deaths: seeds ${first} to ${last}`, async () => {
        for (let seed = first; seed <= last; seed++) {
          expect(await trySeed(seed, engine, warehouse)).toBeUndefined();
        }
      });
    }
  });
}
