import type { ObjectStore } from '../world/index.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok, storeOf } from './exchange.ts';
import { inlineAssociations } from './inline-associations.ts';
import { queryFlag, queryList } from './input.ts';
import { recordJson, select } from './record-json.ts';
import { notFound, notNumeric } from './refusal.ts';

/** `GET /crm/objects/{version}/{objectType}/{id}`. A merged-away id answers with the survivor, under its own id. */
export function singleRead(exchange: Exchange): Answer {
  const { query, params, state } = exchange;
  const store = storeOf(exchange);
  const n = target(exchange, store, params['id'] ?? '');
  const wanted = queryFlag(query, 'archived') ? store.isArchived(n) : store.isActive(n);
  if (!wanted) throw notFound();
  const properties = queryList(query, 'properties');
  const selection = select(exchange, store, {
    properties,
    history: queryList(query, 'propertiesWithHistory'),
  });
  return ok({
    ...recordJson(state, store, n, selection),
    ...inlineAssociations(exchange, store, n, queryList(query, 'associations')),
  });
}

function target({ query }: Exchange, store: ObjectStore, id: string): number {
  const idProperty = query.get('idProperty');
  if (idProperty !== null) return findByUnique(store, idProperty, id) ?? -1;
  if (!/^\d+$/.test(id)) throw notNumeric(id);
  const n = store.ids.find(id);
  if (n === undefined || n >= store.count) throw notFound();
  return survivor(store, n) ?? n;
}

/** The record into which this one went at last, if it still lives. */
export function survivor(store: ObjectStore, n: number): number | undefined {
  const fate = store.fate(n);
  if (fate.kind === 'merged') return survivor(store, fate.into);
  return fate.kind === 'active' ? n : undefined;
}

export function findByUnique(store: ObjectStore, name: string, value: string): number | undefined {
  const property = store.schema.live().get(name);
  if (property === undefined) return undefined;
  for (let n = 0; n < store.count; n += 1)
    if (store.isActive(n) && store.value(store.view(n), property)?.toLowerCase() === value.toLowerCase())
      return n;
  return undefined;
}
