import type { SandboxChoice } from '../../src/sandbox/index.ts';
import type { Tracked } from '../support/compare-history.ts';
import { chance, oneOf, randomFrom } from './random.ts';

/** What of a life's account is kept as history, and how HubSpot tells it. */
export interface HistoryOfLife {
  /** Properties by object; of others, the usual ones. */
  readonly tracked: Tracked;
  /** From when on people and faults rest: some properties are new then. */
  readonly trackedAtRest: Tracked;
  readonly unknowns: NonNullable<SandboxChoice['unknowns']>;
}

export function drawHistory(seed: number, { extraProperties = 0 }: SandboxChoice): HistoryOfLife {
  const random = randomFrom(seed * 31 + 7);
  const custom = extraProperties !== 0 && chance(random, 0.5) ? ['order'] : [];
  const contacts = oneOf(random, [[], ['email'], ['lifecyclestage', 'email', 'firstname', ...custom]]);
  const deals = oneOf(random, [['dealstage'], ['dealstage', 'pipeline', 'amount']]);
  return {
    tracked: { contacts, deals },
    trackedAtRest: {
      contacts: [...new Set([...contacts, 'email', 'lastname'])],
      deals: ['dealstage', 'amount', 'hubspot_owner_id'],
    },
    unknowns: {
      historyOrder: oneOf(random, ['newest first', 'oldest first', 'none']),
      historyLength: oneOf(random, [0, 0, 2]),
      gdprLeavesHistory: chance(random, 0.5),
    },
  };
}
