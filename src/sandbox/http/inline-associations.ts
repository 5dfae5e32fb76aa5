import { objects } from '../objects/index.ts';
import type { AssociationType, ObjectStore } from '../world/index.ts';
import type { Exchange } from './exchange.ts';
import { publicName } from './exchange.ts';
import { resolveObject } from './object-names.ts';
import { unknownObject } from './refusal.ts';

const perRecord = 100;

/** The `associations` of a listed record: a target comes once for each type of its link; no key when there is none. */
export function inlineAssociations(
  exchange: Exchange,
  store: ObjectStore,
  n: number,
  asked: readonly string[],
): { associations?: Record<string, unknown> } {
  const { state, origin, path } = exchange;
  const found: Record<string, unknown> = {};
  for (const name of asked) {
    const to = resolveObject(name, state.options.portalId);
    if (to === undefined && isShortCustomName(name)) throw unknownObject(name);
    if (to === undefined) continue;
    const links = state.associations.of(store.definition.name, n, to.name);
    if (links.length === 0) continue;
    const target = state.store(to.name);
    const results = links
      .slice(0, perRecord)
      .flatMap((link) =>
        link.types.map((type) => ({ id: target.ids.idOf(link.to), type: legacyName(store, target, type) })),
      );
    const next = links[perRecord];
    const after = next === undefined ? undefined : target.ids.idOf(next.to);
    const link = `${origin}${path}/${store.ids.idOf(n)}/associations/${to.name}?after=${after ?? ''}`;
    const paging = after === undefined ? {} : { paging: { next: { after, link } } };
    found[publicName(to, state.options.portalId)] = { results, ...paging };
  }
  return Object.keys(found).length > 0 ? { associations: found } : {};
}

/** Custom objects answer to their full name or type id only. */
function isShortCustomName(name: string): boolean {
  return objects.some((object) => object.schema !== undefined && object.name === name);
}

/** The names that links had before they had type ids. */
function legacyName(from: ObjectStore, to: ObjectStore, { category, label }: AssociationType): string {
  const pair = `${from.definition.singular}_to_${to.definition.singular}`;
  if (label === 'Primary') return pair;
  if (label !== null) return label.toLowerCase().replaceAll(' ', '_');
  return category === 'HUBSPOT_DEFINED' && hasPrimary.has(pair) ? `${pair}_unlabeled` : pair;
}

const hasPrimary = new Set(
  [
    ['contact', 'company'],
    ['deal', 'company'],
    ['ticket', 'company'],
  ].flatMap(([a = '', b = '']) => [`${a}_to_${b}`, `${b}_to_${a}`]),
);
