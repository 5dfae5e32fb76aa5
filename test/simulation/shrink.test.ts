import { expect, it } from 'vitest';
import { drawHistory } from './history-of-life.ts';
import { drawLife, type Life, type Step } from './life.ts';
import { failsAlike, shrink } from './shrink.ts';

function lifeOf(steps: readonly Step[]): Life {
  const history = drawHistory(1, {});
  return { turns: 1, skew: 0, account: {}, settings: {}, steps, linkIds: 1000, history };
}

const sync: Step = {
  kind: 'sync',
  busy: { every: 2, steps: 3, seed: 1 },
  faults: [{ kind: 'reset', probability: 0.1 }],
  perPage: 5000,
  kill: { call: 9, when: 'before' },
};

it('a failing life is shortened to what makes it fail', async () => {
  const noise: Step[] = [{ kind: 'business day' }, { kind: 'wait', ms: 5 }, sync];
  const life = lifeOf([...noise, { kind: 'churn', steps: 16, seed: 3 }, ...noise, ...noise]);
  const shortest = await shrink(life, ({ steps }) => {
    const churn = steps.findIndex((step) => step.kind === 'churn' && step.steps >= 4);
    const killed = steps.findLastIndex((step) => step.kind === 'sync' && step.kill !== undefined);
    return Promise.resolve(churn >= 0 && killed > churn);
  });
  expect(shortest.steps).toEqual([
    { kind: 'churn', steps: 4, seed: 3 },
    { kind: 'sync', faults: [], perPage: 0, kill: { call: 9, when: 'before' } },
  ]);
});

it('a life that fails whatever happens becomes empty, and one that cannot be shortened stays', async () => {
  expect((await shrink(drawLife(3), () => Promise.resolve(true))).steps).toEqual([]);
  const life = drawLife(4);
  expect(await shrink(life, () => Promise.resolve(false))).toEqual(life);
});

it('gives up after so many tries', async () => {
  let tries = 0;
  await shrink(drawLife(5), () => Promise.resolve(++tries > 1e9), 7);
  expect(tries).toBe(7);
});

it('a life that fails in another way is not taken for a shorter one', () => {
  const found = [
    'contacts ended failed: warehouse_unavailable (rateLimitExceeded)',
    'contacts 7: name is "a", not "b"',
  ];
  expect(failsAlike(found, found)).toBe(true);
  expect(failsAlike(found, ['deals 8: it is gone', ...found.slice(0, 1)])).toBe(true);
  expect(failsAlike(found, ['contacts ended failed: warehouse_refused', ...found.slice(1)])).toBe(false);
  expect(failsAlike(found.slice(1), ['contacts 12: name is "", not "\\"c\\""'])).toBe(true);
  expect(failsAlike(['ada@b.example was deleted for good'], ['x.y@z was deleted for good'])).toBe(true);
  expect(failsAlike(found, [])).toBe(false);
});
