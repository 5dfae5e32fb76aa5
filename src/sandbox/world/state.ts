import { objects } from '../objects/index.ts';
import type { Facts } from '../objects/index.ts';
import type { SandboxOptions } from '../options.ts';
import { openAssociations } from './associations.ts';
import type { Associations } from './associations.ts';
import { openKeys } from './keys.ts';
import type { Keys } from './keys.ts';
import { openLists } from './lists.ts';
import type { Lists } from './lists.ts';
import { ObjectStore } from './object-store.ts';
import { baseOwners, baseTeams } from './owners.ts';
import type { Owner, Team } from './owners.ts';
import { basePipelines } from './pipelines.ts';
import type { Pipeline } from './pipelines.ts';
import { openSchema } from './schema.ts';
import { SearchIndex } from './search-index.ts';

/** The whole account as HubSpot holds it: what mutations write and what the endpoints and the truth read. */
export interface State {
  readonly options: SandboxOptions;
  readonly now: () => number;
  readonly facts: Facts;
  readonly stores: ReadonlyMap<string, ObjectStore>;
  readonly indexes: ReadonlyMap<string, SearchIndex>;
  readonly associations: Associations;
  readonly owners: Map<string, Owner>;
  readonly teams: Map<string, Team>;
  readonly pipelines: ReadonlyMap<string, Map<string, Pipeline>>;
  readonly keys: Keys;
  readonly lists: Lists;
  store(object: string): ObjectStore;
  index(object: string): SearchIndex;
}

export function openState(options: SandboxOptions, now: () => number): State {
  const { seed, contacts, startAt } = options;
  const owners = new Map(baseOwners(seed, contacts, startAt).map((owner) => [owner.id, owner]));
  const stores = new Map<string, ObjectStore>();
  const facts = openFacts(options, [...owners.keys()], stores);
  for (const definition of objects) {
    const { extraProperties, extraFilled } = options;
    const count =
      typeof extraProperties === 'number' ? extraProperties : (extraProperties[definition.name] ?? 0);
    const extra = { count, filled: extraFilled };
    const schema = openSchema(definition, extra, startAt - 1000 * 86_400_000);
    stores.set(definition.name, new ObjectStore({ definition, schema, facts, now }));
  }
  const indexes = new Map(
    [...stores].map(([name, store]) => [
      name,
      new SearchIndex(store, options.indexLagOf[name] ?? options.indexLag),
    ]),
  );
  const pipelines = new Map(
    objects.map((object) => [object.name, new Map(basePipelines(object, startAt).map((p) => [p.id, p]))]),
  );
  return {
    options,
    now,
    facts,
    stores,
    indexes,
    associations: openAssociations(facts, stores),
    owners,
    teams: new Map(baseTeams.map((team) => [team.id, team])),
    pipelines,
    lists: openLists(facts, stores),
    keys: openKeys(options, now),
    store: (object) => known(stores, object),
    index: (object) => known(indexes, object),
  };
}

function openFacts(
  { seed, startAt, nastyRate, contacts }: SandboxOptions,
  ownerIds: readonly string[],
  stores: ReadonlyMap<string, ObjectStore>,
): Facts {
  const counts = new Map(objects.map(({ name, ratio }) => [name, Math.round(contacts * ratio)]));
  return {
    seed,
    startAt,
    nastyRate,
    ownerIds,
    count: (object) => counts.get(object) ?? 0,
    id: (object, n) => known(stores, object).ids.idOf(n),
  };
}

function known<T>(things: ReadonlyMap<string, T>, object: string): T {
  const thing = things.get(object);
  if (thing === undefined) throw new RangeError(`the sandbox has no object "${object}"`);
  return thing;
}
