import { everyReadScope } from '../../src/sandbox/index.ts';
import type { Life, Step } from './life.ts';
import { sensitiveScopes } from './rules-of-life.ts';
import { between, chance, oneOf, randomFrom, type Random } from './random.ts';

/** Somebody edits the key: from now on it lacks these of its scopes, and no others. */
export interface ScopesStep {
  readonly kind: 'scopes';
  readonly without: readonly string[];
  /** Whether HubSpot tells of a key which scopes it has. */
  readonly told: boolean;
}

/** In one life in four the key loses scopes before a sync, or while one is under way, and has them again after a sync or two. */
export function withScopes(seed: number, life: Life): Life {
  // Drawn apart, so that all else is as it would be without them.
  const random = randomFrom(seed + 3e7);
  if (!chance(random, 0.25)) return life;
  const syncs = life.steps.flatMap(({ kind }, at) => (kind === 'sync' ? [at] : []));
  const lost = oneOf(random, syncs);
  const back = syncs.find((at) => at > lost && chance(random, 0.6));
  const told = chance(random, 0.7);
  const usualLoss = drawLoss(random);
  const sensitive = drawSensitive(seed, life);
  const losing: ScopesStep = { kind: 'scopes', without: [...usualLoss, ...sensitive.without], told };
  const request = chance(random, 0.4) ? between(random, 1, 120) : 0;
  const steps = life.steps.flatMap((step, at): readonly Step[] => {
    if (at === back) return [{ kind: 'scopes', without: [], told }, step];
    if (at !== lost || step.kind !== 'sync') return [step];
    return request === 0 ? [losing, step] : [{ ...step, midway: { request, step: losing } }];
  });
  return { ...life, steps, account: { ...life.account, unknowns: sensitive.unknowns } };
}

const scopes = everyReadScope.filter((scope) => scope !== 'oauth');

function drawLoss(random: Random): readonly string[] {
  const [one, most] = [oneOf(random, usual), chance(random, 0.1)];
  return most ? scopes : scopes.filter((scope) => scope === one || chance(random, 0.15));
}

/** Of the scopes that only sensitive values need, where the key has them; and what HubSpot gives without one. */
function drawSensitive(
  seed: number,
  { account: { scopes: held = [], unknowns } }: Life,
): Pick<ScopesStep, 'without'> & Required<Pick<Life['account'], 'unknowns'>> {
  const random = randomFrom(seed + 4e7);
  const sensitiveWithoutScope = oneOf(random, ['null', 'null', 'absent', 'refuse'] as const);
  const some = sensitiveScopes.filter((scope) => held.includes(scope) && chance(random, 0.6));
  return { without: some, unknowns: { ...unknowns, sensitiveWithoutScope } };
}

const usual = [
  'crm.objects.contacts.read',
  'crm.objects.companies.read',
  'crm.objects.deals.read',
  'tickets',
  'crm.objects.owners.read',
  'crm.lists.read',
];
