import type { ObjectStore, SearchIndex } from '../world/index.ts';
import { listField, textField } from './input.ts';
import { invalid } from './refusal.ts';
import { comparable } from './search-filter.ts';

interface SortContext {
  readonly body: unknown;
  readonly store: ObjectStore;
  readonly index: SearchIndex;
}

/** Oldest first unless a sort is given; only the first rule counts. Ids rise with creation, so both orders agree. */
export function sortHits(hits: number[], { body, store, index }: SortContext): number[] {
  const rule = listField(body, 'sorts')[0];
  if (rule === undefined) return hits;
  const { name, descending } = typeof rule === 'string' ? fromText(rule) : fromObject(rule);
  const { createdProperty, watermark } = store.definition;
  const sign = descending ? -1 : 1;
  if (name === 'hs_object_id' || name === createdProperty) return descending ? hits.reverse() : hits;
  if (name === watermark) return hits.sort((a, b) => sign * (index.updated(a) - index.updated(b)) || a - b);
  const property = store.schema.live().get(name);
  if (property === undefined) throw invalid(`There is no property "${name}" to sort by`);
  const keys = new Map(hits.map((n) => [n, comparable(property.spec.type, index.value(n, property))]));
  return hits.sort((a, b) => sign * compare(keys.get(a), keys.get(b)) || a - b);
}

interface Rule {
  readonly name: string;
  readonly descending: boolean;
}

const fromText = (rule: string): Rule => ({ name: rule.replace(/^-/, ''), descending: rule.startsWith('-') });

function fromObject(rule: unknown): Rule {
  const name = textField(rule, 'propertyName');
  if (name === undefined) throw invalid('A sort needs a propertyName');
  return { name, descending: textField(rule, 'direction') === 'DESCENDING' };
}

type Key = string | number | null | undefined;

/** Empty values last. */
function compare(a: Key, b: Key): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return a < b ? -1 : 1;
}
