import type { ObjectStore } from '../world/index.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok, storeOf } from './exchange.ts';
import { inlineAssociations } from './inline-associations.ts';
import { pageSize, queryFlag, queryList } from './input.ts';
import { recordJson, select } from './record-json.ts';
import { invalid } from './refusal.ts';

/** `GET /crm/objects/{version}/{objectType}`: a page in rising id order, keyset by id. */
export function listRecords(exchange: Exchange): Answer {
  const { query, state } = exchange;
  const store = storeOf(exchange);
  const history = queryList(query, 'propertiesWithHistory');
  const limit = pageSize(exchange, query.get('limit'), { fallback: 10, max: history.length > 0 ? 50 : 100 });
  const selection = select(exchange, store, { properties: queryList(query, 'properties'), history });
  const associations = queryList(query, 'associations');
  const { found, next } = scan(store, {
    from: startOf(store, query.get('after')),
    limit,
    archived: queryFlag(query, 'archived'),
  });
  const results = found.map((n) => ({
    ...recordJson(state, store, n, selection),
    ...inlineAssociations(exchange, store, n, associations),
  }));
  return ok({
    results,
    ...(next === undefined ? {} : { paging: paging(exchange, store.ids.idOf(next), limit) }),
  });
}

function startOf(store: ObjectStore, after: string | null): number {
  if (after === null || after === '') return 0;
  if (!/^\d{1,19}$/.test(after)) throw invalid(`after is not a valid cursor: ${after}`);
  return store.ids.atLeast(BigInt(after));
}

/** The numbers on the page, and the one with which the next page begins. */
function scan(
  store: ObjectStore,
  { from, limit, archived }: { from: number; limit: number; archived: boolean },
): { found: number[]; next: number | undefined } {
  const found: number[] = [];
  for (let n = from; n < store.count; n += 1) {
    if (archived ? !store.isArchived(n) : !store.isActive(n)) continue;
    if (found.length === limit) return { found, next: n };
    found.push(n);
  }
  return { found, next: undefined };
}

function paging({ origin, path, query }: Exchange, after: string, limit: number): unknown {
  const next = new URLSearchParams(query);
  next.set('after', after);
  next.set('limit', String(limit));
  return { next: { after, link: `${origin}${path}?${next.toString()}` } };
}
