import { hash } from '../random.ts';
import type { ObjectStore, SearchIndex } from '../world/index.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok, storeOf } from './exchange.ts';
import { field, listField, offset, pageSize, textField, textList } from './input.ts';
import { recordJson, select } from './record-json.ts';
import { invalid } from './refusal.ts';
import { compileGroups } from './search-filter.ts';
import { sortHits } from './search-sort.ts';

/** `POST /crm/objects/{version}/{objectType}/search`: finds by the index, answers with the stored values. */
export function search(exchange: Exchange): Answer {
  const { state, body, bodyLength } = exchange;
  const { searchPage, searchCap, unknowns } = state.options;
  const { searchBodyLimit } = unknowns;
  if (searchBodyLimit > 0 && bodyLength > searchBodyLimit)
    throw invalid(`The request body is longer than ${String(searchBodyLimit)} characters`, 'body too long');
  const store = storeOf(exchange);
  const limit = pageSize(exchange, field(body, 'limit'), { fallback: 10, max: searchPage });
  const start = offset(field(body, 'after'));
  if (start + limit > searchCap)
    throw invalid(`Search results cannot be paged past ${String(searchCap)}`, 'paging past 10,000');
  const index = state.index(store.definition.name);
  index.refresh(state.now());
  const hits = sortHits(matches(exchange, store, index), { body, store, index });
  const page = reordered(exchange, store, hits, { start, limit });
  const selection = select(exchange, store, { properties: textList(body, 'properties') });
  const after = start + limit;
  return ok({
    total: hits.length,
    results: page.map((n) => recordJson(state, store, n, selection)),
    ...(after < hits.length ? { paging: { next: { after: String(after) } } } : {}),
  });
}

function matches(exchange: Exchange, store: ObjectStore, index: SearchIndex): number[] {
  const { body } = exchange;
  const filters = listField(body, 'filters');
  const groups = listField(body, 'filterGroups');
  const test = compileGroups(exchange, store, filters.length > 0 ? [{ filters }, ...groups] : groups);
  const query = textField(body, 'query') ?? '';
  if (query.length > 3000) throw invalid('query is longer than 3,000 characters', 'body too long');
  const found: number[] = [];
  for (let n = 0; n < store.count; n += 1)
    if (store.isActive(n) && !Number.isNaN(index.updated(n)) && test(n) && mentions(store, index, n, query))
      found.push(n);
  return found;
}

/** Free text looks into the properties that search returns by default. */
function mentions(store: ObjectStore, index: SearchIndex, n: number, query: string): boolean {
  if (query === '') return true;
  return store.definition.defaults.some((name) => {
    const property = store.schema.live().get(name);
    return (
      property !== undefined && (index.value(n, property) ?? '').toLowerCase().includes(query.toLowerCase())
    );
  });
}

/** In production, rows now and then change places; which ones is no matter of the rows alone. */
function reordered(
  { state }: Exchange,
  store: ObjectStore,
  hits: readonly number[],
  { start, limit }: { start: number; limit: number },
): number[] {
  const { reorder, reorderDistance, reorderAcrossPages } = state.options;
  const answer = state.index(store.definition.name).nextAnswer();
  const rows = reorderAcrossPages ? [...hits] : hits.slice(start, start + limit);
  for (let i = 0; i + 1 < rows.length; i += 1) {
    const drawn = hash(store.seed ^ answer, rows[i] as number, 66);
    if (drawn / 2 ** 32 >= reorder) continue;
    const other = Math.min(rows.length - 1, i + 1 + (drawn % reorderDistance));
    [rows[i], rows[other]] = [rows[other] as number, rows[i] as number];
    i = other;
  }
  return reorderAcrossPages ? rows.slice(start, start + limit) : rows;
}
