import type { IndexLag } from '../../src/sandbox/index.ts';
import type { Life, Step } from './life.ts';
import { between, chance, oneOf, randomFrom } from './random.ts';

const minute = 60_000;
const hour = 60 * minute;

/** What only some accounts meet: stages that come and go, short pages of owners and lists, links that count as changes, a search that stands still. */
export function withHabits(seed: number, life: Life): Life {
  // Drawn apart, so that all else is as it would be without them.
  const random = randomFrom(seed + 9e7);
  const { account } = life;
  const steps = life.steps.flatMap((step): readonly Step[] =>
    chance(random, 0.05) ? [{ kind: 'stages', seed: between(random, 1, 1e6) }, step] : [step],
  );
  return {
    ...life,
    steps,
    account: {
      ...account,
      ownerPageSize: oneOf(random, [500, 2]),
      listPageSize: oneOf(random, [500, 15]),
      ...(chance(random, 0.15) && { indexLag: standingStill }),
      ...(chance(random, 0.05) && { indexLagOf: { [oneOf(random, objects)]: { min: 0, max: 3 * hour } } }),
      unknowns: {
        ...account.unknowns,
        associationMovesWatermark: movingPairs.filter(() => chance(random, 0.2)),
      },
    },
  };
}

/** For less than the hour after which a change is surely seen. */
const standingStill: IndexLag = { min: 0, max: minute / 2, standstill: 50 * minute };

const objects = ['contacts', 'companies', 'deals', 'tickets'];
const movingPairs = ['contacts>companies', 'companies>contacts', 'deals>contacts', 'contacts>deals'];
