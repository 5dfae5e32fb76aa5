import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../support/postgres.ts';
import { playScenario } from '../support/scenario.ts';

/** In two files of a hundred seeds each, so that both cores have work. */
export function describeTruth({ from, to }: { readonly from: number; readonly to: number }): void {
  describe(`the warehouse and the truth, seeds ${from} to ${to}`, { timeout: 300_000 }, () => {
    let database: Awaited<ReturnType<typeof createDatabase>>;
    beforeAll(async () => {
      database = await createDatabase();
    });
    afterAll(() => database.drop());

    for (let first = from; first <= to; first += 10) {
      it(`agree after busy days, crashes and faults: seeds ${first} to ${first + 9}`, async () => {
        for (let seed = first; seed < first + 10; seed++) {
          const found = await playScenario(database.url, seed);
          expect(found, `seed ${seed}; replay: npm run scenario -- ${seed}`).toEqual([]);
        }
      });
    }
  });
}
