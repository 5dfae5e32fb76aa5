import { hash } from '../random.ts';
import { entrySource, type ObjectStore, type Property, type State, type View } from '../world/index.ts';
import type { Exchange } from './exchange.ts';
import { hasScope } from './exchange.ts';
import { missingScope } from './scopes.ts';

/** Which properties an answer carries. */
export interface Selection {
  readonly properties: readonly Property[];
  readonly history: readonly Property[];
  /** Left out or blanked, because the key may not see them. */
  readonly hidden: ReadonlySet<string>;
}

/** The asked properties, or the default ones, and always the three that HubSpot adds; in alphabetical order. */
export function select(
  exchange: Exchange,
  store: ObjectStore,
  asked: { readonly properties: readonly string[]; readonly history?: readonly string[] },
): Selection {
  const { createdProperty, watermark, defaults } = store.definition;
  const live = store.schema.live();
  const known = (names: readonly string[]): Property[] =>
    [...new Set(names)]
      .sort()
      .map((name) => live.get(name))
      .filter((property) => property !== undefined);
  const names = asked.properties.length === 0 ? defaults : asked.properties;
  const history = known(asked.history ?? []);
  const properties = known([...names, createdProperty, watermark, 'hs_object_id']);
  const hidden = hiddenNames(exchange, store, [...properties, ...history]);
  return { properties, history, hidden };
}

function hiddenNames(
  exchange: Exchange,
  store: ObjectStore,
  properties: readonly Property[],
): ReadonlySet<string> {
  const hidden = properties.filter(({ spec }) => {
    const scopes = scopesOf(store, spec);
    return scopes.length > 0 && !hasScope(exchange, scopes);
  });
  const [first] = hidden;
  if (first !== undefined && exchange.state.options.unknowns.sensitiveWithoutScope === 'refuse')
    throw missingScope(exchange.state, scopesOf(store, first.spec), { object: store.definition.name });
  return new Set(hidden.map(({ spec }) => spec.name));
}

/** The scopes of which the values of a property need one; those of custom objects and of tickets have names of their own. */
function scopesOf(store: ObjectStore, { scope, dataSensitivity }: Property['spec']): string[] {
  if (scope !== undefined) return [scope];
  if (dataSensitivity === undefined) return [];
  return store.definition.scopes.flatMap((plain) => {
    if (plain === 'tickets') return [`tickets.${dataSensitivity}`];
    const [, object] = /^(crm\.objects\.\w+)\.read$/.exec(plain) ?? [];
    if (object === undefined) return [];
    return [`${object}.${dataSensitivity}.read`, `${object}.${dataSensitivity}.read.v2`];
  });
}

/** One record as the object endpoints give it. */
export function recordJson(
  state: State,
  store: ObjectStore,
  n: number,
  selection: Selection,
): Record<string, unknown> {
  return versionJson(state, store, store.view(n), selection);
}

/** The same of a record as it is or as it was. */
export function versionJson(
  state: State,
  store: ObjectStore,
  view: View,
  selection: Selection,
): Record<string, unknown> {
  const { n, updated } = view.draw;
  const id = store.ids.idOf(n);
  const fate = store.fate(n);
  return {
    id,
    properties: values(state, store, view, selection),
    ...(selection.history.length > 0
      ? { propertiesWithHistory: histories(state, store, view, selection) }
      : {}),
    createdAt: stamp(state, store.created(n)),
    updatedAt: stamp(state, updated),
    archived: fate.kind === 'archived',
    ...(fate.kind === 'archived' ? { archivedAt: stamp(state, fate.at) } : {}),
    url: `https://app.hubspot.com/contacts/${String(state.options.portalId)}/record/${store.definition.typeId}/${id}`,
  };
}

function values(
  state: State,
  store: ObjectStore,
  view: View,
  selection: Selection,
): Record<string, string | null> {
  const { emptyProperties, sensitiveWithoutScope } = state.options.unknowns;
  // Without a prototype: a property may be called `__proto__`.
  const found: Record<string, string | null> = Object.create(null) as Record<string, string | null>;
  for (const property of selection.properties) {
    const { name, type } = property.spec;
    const hidden = selection.hidden.has(name);
    if (hidden && sensitiveWithoutScope === 'absent') continue;
    const value = hidden ? null : store.value(view, property);
    if (value === null && emptyProperties === 'omit') continue;
    found[name] = value !== null && type === 'datetime' ? trimmed(state, value) : value;
  }
  return found;
}

/** An instant as HubSpot writes it; by a switch without `.000`. */
export function stamp(state: State, ms: number): string {
  return trimmed(state, new Date(ms).toISOString());
}

function trimmed(state: State, value: string): string {
  return state.options.unknowns.dropZeroMilliseconds ? value.replace(/\.000Z$/, 'Z') : value;
}

function histories(
  state: State,
  store: ObjectStore,
  view: View,
  selection: Selection,
): Record<string, unknown> {
  const shown = selection.history.filter(({ spec }) => !selection.hidden.has(spec.name));
  return Object.fromEntries(
    shown.map((property) => [property.spec.name, history(state, store, view, property)]),
  );
}

function history(state: State, store: ObjectStore, view: View, property: Property): readonly unknown[] {
  const { n } = view.draw;
  const { historyLength } = state.options.unknowns;
  const drawn = (i: number): number => hash(store.seed ^ property.salt, n, i);
  const entries = store.history(n, property, view.asOf).map(({ value, at }, i) => ({
    value: value ?? '',
    timestamp: stamp(state, at),
    ...entrySource(store, property, n, i),
  }));
  return inOrder(state, historyLength === 0 ? entries : entries.slice(-historyLength), drawn);
}

function inOrder<Entry>(
  { options }: State,
  entries: readonly Entry[],
  drawn: (i: number) => number,
): readonly Entry[] {
  switch (options.unknowns.historyOrder) {
    case 'oldest first':
      return entries;
    case 'newest first':
      return entries.toReversed();
    case 'none': {
      const places = new Map(entries.map((entry, i) => [entry, drawn(i + 1000)]));
      return entries.toSorted((a, b) => places.get(a)! - places.get(b)!);
    }
  }
}
