import type { BackfillRequest } from '../../src/backfill.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { compareIds } from '../../src/source.ts';
import { drawTroubles, noTroubles, type Troubles } from './faults-of-life.ts';
import type { Kill } from './kills-of-life.ts';
import type { Life, Step } from './life.ts';
import { between, chance, oneOf, randomFrom } from './random.ts';

/** A backfill begins, or goes on, and perhaps is left for later, or dies. */
export interface BackfillStep extends Troubles {
  readonly kind: 'backfill';
  readonly object: string;
  readonly of: 'all' | 'modified' | 'created' | 'ids' | 'properties';
  /** Of a span: days before the first of 2026. */
  readonly since: number;
  /** After so many steps the rest is left for later. */
  readonly steps: number;
  readonly stepSize: number;
  readonly kill?: Kill;
}

/** One life in three has some, before syncs. */
export function withBackfills(seed: number, life: Life): Life {
  // Drawn apart, so that all else is as it would be without them.
  const random = randomFrom(seed ^ 0xbacf11);
  if (life.onlyContacts === true || !chance(random, 1 / 3)) return life;
  const draw = (): BackfillStep => ({
    kind: 'backfill',
    object: oneOf(random, ['contacts', 'companies', 'deals', 'tickets']),
    of: oneOf(random, ['all', 'modified', 'created', 'ids', 'properties'] as const),
    since: oneOf(random, [0, 400, 4000]),
    steps: oneOf(random, [1, 2, 1000]),
    stepSize: oneOf(random, [1, 30, 1000]),
    ...(chance(random, 0.5) ? drawTroubles(random) : noTroubles),
    ...(chance(random, 0.4) && {
      kill: { call: 1 + Math.floor(60 ** random()), when: oneOf(random, ['before', 'after'] as const) },
    }),
  });
  const steps = life.steps.flatMap((step): readonly Step[] => {
    if (step.kind !== 'sync' || !chance(random, 0.6)) return [step];
    return [...Array.from({ length: between(random, 1, 3) }, draw), step];
  });
  return { ...life, steps };
}

export function requestOf({ object, of, since }: BackfillStep, { world }: Sandbox): BackfillRequest {
  const from = Date.UTC(2026, 0, 1) - since * 86_400_000;
  switch (of) {
    case 'all':
      return {};
    case 'modified':
    case 'created':
      return { span: { by: of, from } };
    case 'properties':
      return {
        properties: [{ contacts: 'email', companies: 'domain', deals: 'amount' }[object] ?? 'subject'],
      };
    case 'ids': {
      const ids = [...world.truth.records(object)].map(({ id }) => id).filter((_, i) => i % 3 === 0);
      return { ids: ['5', ...ids].sort(compareIds) };
    }
  }
}
