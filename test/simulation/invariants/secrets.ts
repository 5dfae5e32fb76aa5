import type { Sandbox } from '../../../src/sandbox/index.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import type { Tables } from '../../support/tables.ts';

/** All that a life has left behind for people to read. */
export interface Left {
  readonly tables: Tables;
  readonly warehouse: Warehouse;
  readonly logged: readonly string[];
  readonly people: People;
  /** Objects that are synced besides the usual four. */
  readonly further?: readonly string[];
}

/** I10, I17. Neither a key that ever was nor anything of a person who was deleted for good is anywhere. */
export async function secretsLeft(
  { tables, warehouse, logged, people, further = [] }: Left,
  sandbox: Sandbox,
): Promise<readonly string[]> {
  const places = new Map<string, string>();
  for (const table of [...tablesOfOurs, ...further])
    places.set(table, JSON.stringify(await tables.rows(table)));
  places.set('the log', logged.join('\n'));
  places.set('the runs', JSON.stringify([await warehouse.runs(1000), await warehouse.pipelineRuns()]));
  places.set('the checkpoints', JSON.stringify([...(await warehouse.checkpoints())]));
  const keys = sandbox.world.keys.all.flatMap((key) => [
    key,
    encodeURIComponent(key),
    Buffer.from(key).toString('base64'),
  ]);
  const erased = people.erased();
  return [...places].flatMap(([place, text]) => [
    ...(keys.some((form) => text.includes(form)) ? [`a key is in ${place}`] : []),
    ...erased
      .filter((address) => text.includes(address))
      .map((address) => `${address} was deleted for good, and is in ${place}`),
  ]);
}

const tablesOfOurs = [
  'contacts',
  'companies',
  'deals',
  'tickets',
  'associations',
  'association_types',
  'merges',
  'property_history',
  'owners',
  'owner_teams',
  'teams',
  'team_members',
  'settings_users',
  'roles',
  'object_schemas',
  'lists',
  'list_memberships',
  'pipelines',
  'pipeline_stages',
  'properties',
  'property_options',
  'account',
];

/** Remembers how people could be told, for when they are deleted for good. */
interface People {
  /** Takes note of everybody whom the account has now. */
  meet(): void;
  /** Addresses of those who were deleted for good since, unless somebody else has the same. */
  erased(): readonly string[];
}

export function openPeople({ world }: Sandbox): People {
  const met = new Map<string, Set<string>>();
  const everybody = () => world.truth.records('contacts');
  return {
    meet() {
      for (const { id, properties } of everybody()) {
        const email = properties['email'] ?? '';
        if (email.length > 5) met.set(id, (met.get(id) ?? new Set()).add(email));
      }
    },
    erased() {
      const gone = new Set<string>();
      // A privacy deletion may leave something in the recycle bin, without anything in it.
      for (const { id, gone: how, erased } of everybody()) if (how === 'deleted' || erased) gone.add(id);
      const others = [...met].filter(([id]) => !gone.has(id)).flatMap(([, emails]) => [...emails]);
      const addresses = [...gone].flatMap((id) => [...(met.get(id) ?? [])]);
      return addresses.filter((email) => !others.includes(email));
    },
  };
}
