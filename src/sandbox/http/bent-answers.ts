import type { Fault, FaultKind } from '../faults.ts';
import { hash } from '../random.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok, storeOf } from './exchange.ts';
import { elsewhere } from './fault-answers.ts';
import { field, listField, textField, textList } from './input.ts';
import type { Route } from './route.ts';
import { withoutLate } from './late-records.ts';
import { staleRows } from './stale-rows.ts';

/**
 * The answer of a route with something wrong in it. It still says what HubSpot could say: a client that reads carefully
 * gets every record. Kinds that do not fit the route leave its answer as it is.
 */
export function bentAnswer(fault: Fault, route: Route, exchange: Exchange): Answer {
  const bend = bends[fault.kind];
  if (bend === undefined) return route.handle(exchange);
  return bend({ fault, route, exchange, ask: route.handle });
}

interface Bending {
  readonly fault: Fault;
  readonly route: Route;
  readonly exchange: Exchange;
  readonly ask: (exchange: Exchange) => Answer;
}

const bends: Partial<Record<FaultKind, (bending: Bending) => Answer>> = {
  'no results key': ({ fault, exchange, ask }) =>
    changed(ask(exchange), (body) => ({ ...body, results: [undefined, null, {}][fault.draw % 3] })),
  'error envelope 200': () => ok({ status: 'error', message: 'internal error', category: 'INTERNAL' }),
  'next link elsewhere': ({ fault, exchange, ask }) =>
    changed(ask(exchange), ({ paging, ...body }) => ({
      ...body,
      paging: withLink(paging, elsewhere(fault)),
    })),
  'empty page': (bending) =>
    changed(bending.ask(bending.exchange), (body) =>
      isPage(bending) ? { ...body, results: [], paging: next(sameCursor(bending.exchange)) } : body,
    ),
  'short page': (bending) => {
    const { route, exchange, ask } = bending;
    if (route.template === listSearch) return ask(asking(exchange, 'count', 5));
    return ask(isPage(bending) ? asking(exchange, 'limit', Math.ceil(limitOf(exchange) / 2)) : exchange);
  },
  'repeated cursor': ({ route, exchange, ask }) =>
    changed(ask(exchange), (body) =>
      cursorOf(body) === undefined
        ? body
        : { ...body, paging: next(sent(exchange) ?? firstCursor(route, body)) },
    ),
  'duplicate rows': ({ exchange, ask }) =>
    changed(ask(exchange), (body) => {
      const [first, ...rest] = body.results;
      return first === undefined
        ? body
        : { ...body, results: [first, first, ...rest, ...neighbour(exchange, ask, body)] };
    }),
  'stray rows': ({ fault, exchange, ask }) => ask(withStrays(exchange, fault)),
  'lost ids': ({ fault, route, exchange, ask }) =>
    changed(ask(exchange), (body) =>
      isBatch(route) ? { ...body, results: body.results.filter((_, i) => !isPicked(fault, i)) } : body,
    ),
  'broken record': ({ fault, route, exchange, ask }) => {
    const answer = ask(exchange);
    const shows = isBatch(route) || isList(route);
    return shows && failsAt(fault.records, answer, exchange)
      ? { status: 500, body: { status: 'error', message: 'internal error' } }
      : answer;
  },
  'stale read': ({ fault, route, exchange, ask }) =>
    changed(ask(exchange), (body) => {
      const isStale = (place: number): boolean => isPicked(fault, place);
      const { results } = body;
      if (isBatch(route)) return { ...body, results: staleRows(exchange, results, { isStale }) };
      if (!isList(route)) return body;
      return { ...body, results: staleRows(exchange, results, { isStale, behind: hour }) };
    }),
  'late record': ({ fault, route, exchange, ask }) => {
    const answer = ask(exchange);
    return isBatch(route) || isSingle(route)
      ? withoutLate(exchange, answer, (place) => isPicked(fault, place))
      : answer;
  },
};

/** HubSpot fails at a record of which more than its id is asked for. */
function failsAt(
  records: readonly string[] | undefined,
  { body }: Answer,
  { method, query, body: asked }: Exchange,
): boolean {
  const names = method === 'POST' ? textList(asked, 'properties') : query.get('properties')?.split(',');
  if (names?.every((name) => name === 'hs_object_id') === true) return false;
  return listField(body, 'results').some((row) => {
    const id = textField(row, 'id') ?? '';
    return records === undefined ? hash(Number(id.slice(-9)), 407) % 40 === 0 : records.includes(id);
  });
}

interface Envelope {
  readonly results: readonly unknown[];
  readonly paging?: unknown;
}

/** Answers without a list of results stay as they are. */
function changed(answer: Answer, change: (body: Envelope) => object): Answer {
  const { status, body } = answer;
  return Array.isArray(field(body, 'results')) ? { status, body: change(body as Envelope) } : answer;
}

const isBatch = ({ template }: Route): boolean => template === '/objects/:objectType/batch/read';
const isSingle = ({ template }: Route): boolean => template === '/objects/:objectType/:id';
const isList = ({ template }: Route): boolean => template === '/objects/:objectType';
const isSearch = ({ method, path }: Exchange): boolean => method === 'POST' && path.endsWith('/search');

function isPage({ route }: Bending): boolean {
  return pages.has(route.template);
}

const pages = new Set([
  '/objects/:objectType',
  '/objects/:objectType/search',
  '/lists/:listId/memberships',
  '/owners',
]);
/** Pages by offset, and says whether there is more. */
const listSearch = '/lists/search';

const hour = 3_600_000;

/** The first row and about a quarter of the others. */
function isPicked({ draw }: Fault, i: number): boolean {
  return i === 0 || hash(draw, i) % 4 === 0;
}

/** The same request with another cursor or page size. */
function asking(exchange: Exchange, name: 'after' | 'limit' | 'count', value: string | number): Exchange {
  if (exchange.method === 'POST')
    return { ...exchange, body: { ...(exchange.body as object), [name]: value } };
  const query = new URLSearchParams(exchange.query);
  query.set(name, String(value));
  return { ...exchange, query };
}

function sent({ method, query, body }: Exchange): string | undefined {
  return method === 'POST' ? textField(body, 'after') : (query.get('after') ?? undefined);
}

function limitOf({ method, query, body }: Exchange): number {
  return Number((method === 'POST' ? textField(body, 'limit') : query.get('limit')) ?? 10);
}

const next = (after: string): unknown => ({ next: { after } });

function cursorOf({ paging }: Envelope): string | undefined {
  return textField(field(paging, 'next'), 'after');
}

/** Cursors are opaque: a zero in front makes another one that leads to the same place. */
const sameCursor = (exchange: Exchange): string => `0${sent(exchange) ?? ''}`;

/** The cursor that would have led to this first page. */
function firstCursor(route: Route, { results }: Envelope): string {
  return isList(route) ? (textField(results[0], 'id') ?? '0') : '0';
}

function withLink(paging: unknown, origin: string): unknown {
  const next = field(paging, 'next');
  if (typeof next !== 'object' || next === null) return paging;
  return { next: { ...next, link: `${origin}/crm/objects/next` } };
}

/** The first row of the next page: it is going to be there as well. */
function neighbour(exchange: Exchange, ask: Bending['ask'], body: Envelope): readonly unknown[] {
  const after = cursorOf(body);
  const none =
    after === undefined ||
    (isSearch(exchange) && Number(after) + limitOf(exchange) > exchange.state.options.searchCap);
  if (none) return [];
  return listField(ask(asking(exchange, 'after', after)).body, 'results').slice(0, 1);
}

/** A search that also finds a few records which its filters leave out. */
function withStrays(exchange: Exchange, { draw }: Fault): Exchange {
  const groups = listField(exchange.body, 'filterGroups');
  if (!isSearch(exchange) || groups.length === 0) return exchange;
  const store = storeOf(exchange);
  const values = [0, 1, 2, 3, 4].map((i) => store.ids.idOf(hash(draw, i) % store.count));
  const stray = { filters: [{ propertyName: 'hs_object_id', operator: 'IN', values }] };
  return { ...exchange, body: { ...(exchange.body as object), filterGroups: [...groups, stray] } };
}
