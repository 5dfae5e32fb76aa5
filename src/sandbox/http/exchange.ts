import type { ObjectDefinition } from '../objects/index.ts';
import type { Key, ObjectStore, State } from '../world/index.ts';
import type { Exports } from './exports.ts';
import type { Usage } from './rate-limits.ts';

/** One request, checked and ready to be answered. */
export interface Exchange {
  readonly state: State;
  readonly method: string;
  readonly path: string;
  readonly version: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Length of the body in characters. */
  readonly bodyLength: number;
  readonly key: Key;
  /** The address that the client used, for links. */
  readonly origin: string;
  readonly usage: Usage;
  readonly exports: Exports;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });

/** The store that a resolved path parameter names. */
export function storeOf(exchange: Exchange, param = 'objectType'): ObjectStore {
  return exchange.state.store(exchange.params[param] ?? '');
}

export function hasScope(exchange: Pick<Exchange, 'key'>, scopes: readonly string[]): boolean {
  return scopes.some((scope) => exchange.key.scopes.includes(scope));
}

/** How HubSpot names an object in answers: custom ones by their full name. */
export function publicName({ schema, name }: ObjectDefinition, portalId: number): string {
  return schema === undefined ? name : `p${String(portalId)}_${name}`;
}
