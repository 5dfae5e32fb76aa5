import type { SandboxChoice } from '../../src/sandbox/index.ts';
import type { Life, Step } from './life.ts';
import { chance, oneOf, randomFrom } from './random.ts';

/**
 * How much HubSpot gives at once, of a search in all, and how far two hits may change places. With HubSpot's own numbers, each
 * search of an account as small as these would be one page.
 */
const pagings: readonly SandboxChoice[] = [
  { reorderDistance: 10 },
  { searchPage: 7, searchCap: 40, reorderDistance: 1 },
  { searchPage: 12, searchCap: 50, reorderDistance: 2 },
];

/** Two lives in three have small pages; of those, half have more changes than a search gives, again and again. */
export function withSearch(seed: number, life: Life): Life {
  // Drawn apart, so that all else is as it would be without them.
  const random = randomFrom(seed + 5e7);
  const paging = oneOf(random, pagings);
  const account = { ...life.account, ...paging };
  if (paging.searchPage === undefined || chance(random, 0.5)) return { ...life, account };
  const stamp: Step = { kind: 'bulk stamp', every: 1 };
  const steps = life.steps.flatMap((step) => {
    return step.kind === 'sync' && chance(random, 0.6) ? [stamp, step] : [step];
  });
  return { ...life, steps, account: { ...account, contacts: 60, reorder: 0.2 } };
}
