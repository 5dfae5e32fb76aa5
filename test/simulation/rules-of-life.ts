import { everyReadScope } from '../../src/sandbox/index.ts';
import type { TestRules } from '../support/expected-treatment.ts';
import type { Life, Step } from './life.ts';
import { between, chance, oneOf, randomFrom, type Random } from './random.ts';

/** From now on, syncs go by these privacy rules. */
export interface RulesStep {
  readonly kind: 'rules';
  readonly rules: TestRules;
}

/** One life in three has rules, which change while it lasts; its key may read whatever they ask for. */
export function withRules(seed: number, life: Life): Life {
  // Drawn apart, so that all else is as it would be without them.
  const random = randomFrom(seed ^ 0x5ecac);
  if (life.onlyContacts === true || !chance(random, 1 / 3)) return life;
  // Where most is left out, nobody can tell who was erased: see erased-record.ts.
  const isTelling = life.account.unknowns?.gdprLeavesArchived === true;
  const steps = life.steps.flatMap((step): readonly Step[] =>
    step.kind === 'sync' && chance(random, 0.6)
      ? [{ kind: 'rules', rules: drawRules(random, isTelling) }, step]
      : [step],
  );
  const scopes = [...(life.account.scopes ?? everyReadScope), ...sensitiveScopes];
  return { ...life, steps, account: { ...life.account, scopes } };
}

const names =
  'email firstname jobtitle annualrevenue date_of_birth hs_buying_role hubspotscore name domain numberofemployees amount closedate dealstage hubspot_owner_id subject content hs_tag time_to_close passport_number patient_number extra_* hs_* *date* custom_* *e order ID mixed*'.split(
    ' ',
  );

function drawRules(random: Random, isTelling: boolean): TestRules {
  const sensitivity = oneOf(random, ['exclude', 'exclude', 'include', 'hash'] as const);
  const places = ['contacts', 'companies', 'deals', 'tickets', '*'].filter(() => chance(random, 0.4));
  return {
    key: oneOf(random, ['one key of at least 32 characters', 'another of at least 32 characters']),
    properties: Object.fromEntries(places.map((place) => [place, drawLists(random, isTelling)])),
    sensitivity: { sensitive: sensitivity },
  };
}

function drawLists(random: Random, isTelling: boolean): NonNullable<TestRules['properties']>[string] {
  const some = (probability: number): string[] =>
    chance(random, probability)
      ? Array.from({ length: between(random, 1, 3) }, () => oneOf(random, names))
      : [];
  const [exclude, hash, refuse, include] = [some(0.6), some(0.6), some(0.05), some(isTelling ? 0 : 0.2)];
  const lists = {
    exclude: isTelling ? exclude.filter((name) => !name.includes('*')) : exclude,
    hash,
    refuse,
  };
  return include.length > 0 ? { ...lists, include } : lists;
}

/** Nothing is left undecided in the end. */
export function withoutRefusals({ properties = {}, ...rules }: TestRules): TestRules {
  const decided = Object.entries(properties).map(
    ([place, { refuse: _, ...lists }]) => [place, lists] as const,
  );
  return { ...rules, properties: Object.fromEntries(decided) };
}

/** Beside those of an ordinary key. */
export const sensitiveScopes = [
  'crm.objects.contacts.sensitive.read',
  'crm.objects.companies.sensitive.read',
  'crm.objects.deals.sensitive.read',
  'tickets.sensitive',
];
