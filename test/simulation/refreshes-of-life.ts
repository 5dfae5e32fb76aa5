import type { Life, Step } from './life.ts';
import { chance, oneOf, randomFrom } from './random.ts';

/** What is done instead of a plain sync; it may be killed, disturbed and have another process beside it like one. */
export type Refresh = 'full refresh' | 'reconcile' | 'deep reconcile';

/** In one life of three, some syncs read everything anew, or compare and mend. */
export function withRefreshes(seed: number, life: Life): Life {
  // Drawn apart, so that all else is as it would be without them.
  const random = randomFrom(seed ^ 0x4ef4e5);
  if (life.onlyContacts === true || !chance(random, 1 / 3)) return life;
  const steps = life.steps.map((step): Step => {
    if (step.kind !== 'sync' || !chance(random, 0.5)) return step;
    const refresh = oneOf<Refresh>(random, ['full refresh', 'full refresh', 'reconcile', 'deep reconcile']);
    return { ...step, refresh };
  });
  return { ...life, steps };
}
