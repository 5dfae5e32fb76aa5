import type { Fault } from '../faults.ts';
import type { ObjectDefinition } from '../objects/index.ts';
import type { Key, State } from '../world/index.ts';
import { authenticate } from './auth.ts';
import { bentAnswer } from './bent-answers.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { Exports } from './exports.ts';
import { resolveObject } from './object-names.ts';
import type { Usage } from './rate-limits.ts';
import { invalid, mistake, Refusal, unknownObject, unknownRoute, wrongMethod } from './refusal.ts';
import { fitting, locate } from './route.ts';
import type { Match, Route } from './route.ts';
import { routes } from './routes.ts';
import { missingScope, notInUse, writeRefused } from './scopes.ts';

/** One request as it came in. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly authorization: string | undefined;
  readonly body: string;
  readonly origin: string;
}

export interface Parts {
  readonly state: State;
  readonly usage: Usage;
  readonly exports: Exports;
}

/** The parts for one request, with what is to go wrong with its answer. */
export interface Dispatching extends Parts {
  readonly fault: Fault | undefined;
}

/** What a request led to: an answer or a refusal, with the route and the key as far as they were found. */
export interface Outcome {
  readonly result: Answer | Refusal;
  readonly route: Route | undefined;
  readonly key: Key | undefined;
}

const longestQuery = 16_200;

/** The order of HubSpot's checks: key, object type, scope, limit, then the request itself. */
export function dispatch(parts: Dispatching, incoming: Incoming): Outcome {
  let match: Match | undefined;
  let key: Key | undefined;
  try {
    if (incoming.query.length > longestQuery)
      throw new Refusal(414, '<html><head><title>414 Request-URI Too Large</title></head></html>', {
        rule: 'query too long',
      });
    match = matchRoute(incoming);
    key = authenticate(parts.state, incoming.authorization);
    if (match === undefined) throw unmatched(incoming, parts.state);
    return { result: answer(parts, incoming, match, key), route: match.route, key };
  } catch (error) {
    const result = error instanceof Refusal ? error : mistake(error);
    return { result, route: match?.route, key };
  }
}

function matchRoute({ path, method }: Incoming): Match | undefined {
  const located = locate(path);
  return located && fitting(routes, located.segments).find(({ route }) => route.method === method);
}

/** Writes are known to HubSpot but not open to a key that only reads; nothing is ever written through this door. */
function unmatched({ path, method }: Incoming, state: State): Refusal {
  const located = locate(path);
  const [area = '', type = ''] = located?.segments ?? [];
  const object = resolveObject(type, state.options.portalId);
  if (method !== 'GET' && object !== undefined && ['objects', 'associations'].includes(area))
    return writeRefused(state, object.name);
  const known = located !== undefined && fitting(routes, located.segments).length > 0;
  return known || method !== 'GET' ? wrongMethod(method) : unknownRoute(path);
}

function answer(parts: Dispatching, incoming: Incoming, match: Match, key: Key): Answer {
  const { state, usage, exports, fault } = parts;
  const { route } = match;
  const { params, objects } = resolved(match, state);
  const limitFirst = state.options.limitPosition === 'before scopes';
  if (limitFirst) usage.take(route.limit, key.value);
  checkScopes(state, route, objects, key);
  if (!limitFirst) usage.take(route.limit, key.value);
  const exchange: Exchange = {
    state,
    usage,
    exports,
    key,
    params,
    method: incoming.method,
    path: incoming.path,
    origin: incoming.origin,
    version: locate(incoming.path)?.version ?? '',
    query: new URLSearchParams(incoming.query),
    body: parse(incoming),
    bodyLength: incoming.body.length,
  };
  return fault === undefined ? route.handle(exchange) : bentAnswer(fault, route, exchange);
}

const objectParams = ['objectType', 'from', 'to'];

/** The object types of the path, under the names that the sandbox uses. */
function resolved(
  { params }: Match,
  state: State,
): { params: Record<string, string>; objects: ObjectDefinition[] } {
  const named: Record<string, string> = { ...params };
  const objects: ObjectDefinition[] = [];
  for (const param of objectParams) {
    const segment = params[param];
    if (segment === undefined) continue;
    const object = resolveObject(segment, state.options.portalId);
    if (object === undefined || isHidden(state, object)) throw unknownObject(segment);
    named[param] = object.name;
    objects.push(object);
  }
  return { params: named, objects };
}

function isHidden({ options }: State, { typeId }: ObjectDefinition): boolean {
  return options.unknowns.switchedOff === 'not recognised' && options.switchedOff.includes(typeId);
}

function checkScopes(state: State, route: Route, objects: readonly ObjectDefinition[], key: Key): void {
  const { switchedOff, unknowns } = state.options;
  const off = objects.find(({ typeId }) => switchedOff.includes(typeId));
  if (off !== undefined && unknowns.switchedOff === 'forbidden') throw notInUse(off.name);
  const needs = [
    ...objects.map(({ scopes, name }) => ({ scopes, name })),
    ...(route.scopes ? [{ scopes: route.scopes, name: '' }] : []),
  ];
  for (const { scopes, name } of needs)
    if (!scopes.some((scope) => key.scopes.includes(scope)))
      throw missingScope(state, scopes, { object: name, token: key.value });
}

function parse({ method, body }: Incoming): unknown {
  if (method !== 'POST') return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw invalid('Invalid input JSON');
  }
}
