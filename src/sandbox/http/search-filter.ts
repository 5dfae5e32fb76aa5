import type { ObjectStore, Property } from '../world/index.ts';
import type { Exchange } from './exchange.ts';
import { listField, textField } from './input.ts';
import { resolveObject } from './object-names.ts';
import { internalError, invalid } from './refusal.ts';

export type Test = (n: number) => boolean;

const maxGroups = 5;
const maxFilters = 6;
const maxInAll = 18;

/** "HubSpot docs, Search the CRM": groups are joined by OR, the filters of a group by AND. */
export function compileGroups(exchange: Exchange, store: ObjectStore, groups: readonly unknown[]): Test {
  const filters = groups.map((group) => listField(group, 'filters'));
  if (groups.length > maxGroups)
    throw invalid(`More than ${String(maxGroups)} filter groups`, 'too many filters');
  if (filters.some(({ length }) => length > maxFilters))
    throw invalid(`More than ${String(maxFilters)} filters in a group`, 'too many filters');
  if (filters.flat().length > maxInAll)
    throw invalid(`More than ${String(maxInAll)} filters`, 'too many filters');
  const tests = filters.map((group) => group.map((filter) => compile(exchange, store, readFilter(filter))));
  return tests.length === 0 ? () => true : (n) => tests.some((group) => group.every((test) => test(n)));
}

interface Filter {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
  readonly high: string;
  readonly values: readonly string[];
}

const operators = new Set(
  'EQ NEQ LT LTE GT GTE BETWEEN IN NOT_IN HAS_PROPERTY NOT_HAS_PROPERTY CONTAINS_TOKEN NOT_CONTAINS_TOKEN'.split(
    ' ',
  ),
);

function readFilter(filter: unknown): Filter {
  const name = textField(filter, 'propertyName');
  const operator = textField(filter, 'operator');
  if (name === undefined) throw invalid('A filter needs a propertyName');
  if (operator === undefined || !operators.has(operator))
    throw invalid(`Unknown operator: ${String(operator)}`);
  const value = textField(filter, 'value');
  const high = textField(filter, 'highValue');
  const values = listField(filter, 'values').map(String);
  if (value === undefined && !['IN', 'NOT_IN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY'].includes(operator))
    throw invalid(`The operator ${operator} needs a value`);
  if (operator === 'BETWEEN' && high === undefined) throw invalid('The operator BETWEEN needs a highValue');
  if (operator.endsWith('IN') && values.length === 0) throw invalid(`The operator ${operator} needs values`);
  return { name, operator, value: value ?? '', high: high ?? '', values };
}

function compile(exchange: Exchange, store: ObjectStore, filter: Filter): Test {
  const index = exchange.state.index(store.definition.name);
  const { createdProperty, watermark } = store.definition;
  if (filter.name.startsWith('associations.')) return compileAssociation(exchange, store, filter);
  if (filter.name === 'hs_object_id') return compileId(store, filter);
  if (filter.name === watermark) return compileInstant(filter, (n) => index.updated(n));
  if (filter.name === createdProperty) return compileInstant(filter, (n) => store.created(n));
  const property = store.schema.live().get(filter.name);
  if (property !== undefined) return compileValue(filter, property, (n) => index.value(n, property));
  if (exchange.state.options.unknowns.unknownFilterProperty === 'ignore') return () => true;
  throw invalid(`There is no property "${filter.name}" on ${store.definition.name}`);
}

function compileAssociation(
  { state }: Exchange,
  store: ObjectStore,
  { name, operator, value }: Filter,
): Test {
  const to = resolveObject(name.slice('associations.'.length), state.options.portalId);
  if (to === undefined || to.schema !== undefined || operator !== 'EQ')
    throw invalid(`Cannot filter by ${name} with ${operator}`);
  const target = state.store(to.name).ids.find(value);
  if (target === undefined) return () => false;
  const linked = new Set(
    state.associations.of(to.name, target, store.definition.name).map((link) => link.to),
  );
  return (n) => linked.has(n);
}

/** Ids may be above 2^53: the bound becomes a record number once, and numbers are compared. */
function compileId(store: ObjectStore, { operator, value, high, values }: Filter): Test {
  const bound = (text: string): number => {
    if (!/^\d+$/.test(text)) throw invalid(`hs_object_id is a number, not ${text}`);
    return store.ids.atLeast(BigInt(text));
  };
  const past = (text: string): number => bound(text) + (store.ids.find(text) === undefined ? 0 : 1);
  switch (operator) {
    case 'GT': {
      const from = past(value);
      return (n) => n >= from;
    }
    case 'GTE': {
      const from = bound(value);
      return (n) => n >= from;
    }
    case 'LT': {
      const to = bound(value);
      return (n) => n < to;
    }
    case 'LTE': {
      const to = past(value);
      return (n) => n < to;
    }
    case 'BETWEEN': {
      const [from, to] = [bound(value), past(high)];
      return (n) => n >= from && n < to;
    }
    default:
      return compileText({ operator, value, high, values }, (n) => store.ids.idOf(n));
  }
}

/** Milliseconds, as a number or in ISO 8601; finer digits are dropped. */
function instantOf(text: string): number | undefined {
  if (/^-?\d+$/.test(text)) return Number(text);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function compileInstant(filter: Filter, read: (n: number) => number): Test {
  const need = (text: string): number => {
    const ms = instantOf(text);
    if (ms === undefined) throw invalid(`Not a date: ${text}`);
    return ms;
  };
  if (filter.operator === 'HAS_PROPERTY') return () => true;
  if (filter.operator === 'NOT_HAS_PROPERTY') return () => false;
  if (filter.operator.endsWith('IN')) {
    const wanted = new Set(filter.values.map(need));
    return (n) => wanted.has(read(n)) === (filter.operator === 'IN');
  }
  const low = need(filter.value);
  if (low === 0 && filter.operator.startsWith('GT')) throw internalError();
  const high = filter.operator === 'BETWEEN' ? need(filter.high) : 0;
  return (n) => ordered(filter.operator, read(n), low, high);
}

/** The value in the form in which its type is compared; nothing when it is empty or not of that type. */
export function comparable(type: string, value: string | null): string | number | null {
  if (value === null || value === '') return null;
  if (type === 'number') return Number.isFinite(Number(value)) ? Number(value) : null;
  if (type === 'datetime' || type === 'date') return instantOf(value) ?? null;
  return type === 'enumeration' ? value : value.toLowerCase();
}

function compileValue(filter: Filter, { spec }: Property, read: (n: number) => string | null): Test {
  const { type, fieldType } = spec;
  if (!['number', 'datetime', 'date'].includes(type)) {
    // IN and NOT_IN on strings only meet values that were sent in lower case.
    const fold = type === 'enumeration' ? (text: string) => text : (text: string) => text.toLowerCase();
    const folded = { ...filter, value: fold(filter.value), high: fold(filter.high) };
    return compileText(folded, (n) => comparable(type, read(n)) as string | null, fieldType === 'checkbox');
  }
  const low = comparable(type, filter.value);
  const high = comparable(type, filter.high);
  const wanted = new Set(filter.values.map((text) => comparable(type, text)));
  return (n) => {
    const value = comparable(type, read(n));
    if (filter.operator === 'NOT_HAS_PROPERTY') return value === null;
    if (value === null) return filter.operator === 'NOT_IN';
    if (filter.operator === 'HAS_PROPERTY') return true;
    if (filter.operator.endsWith('IN')) return wanted.has(value) === (filter.operator === 'IN');
    return low !== null && ordered(filter.operator, value, low, high ?? low);
  };
}

function compileText(
  filter: Omit<Filter, 'name'>,
  read: (n: number) => string | null,
  several = false,
): Test {
  const { operator, value, high, values } = filter;
  const wanted = new Set(values);
  const token = new RegExp(
    `^${value
      .toLowerCase()
      .split('*')
      .map((part) => RegExp.escape(part))
      .join('.*')}$`,
    'u',
  );
  const tokens = (text: string): string[] => [
    text.toLowerCase(),
    ...text.toLowerCase().split(/[^\p{L}\p{N}]+/u),
  ];
  return (n) => {
    const own = read(n);
    if (operator === 'NOT_HAS_PROPERTY') return own === null;
    if (own === null) return operator === 'NOT_IN' || operator === 'NOT_CONTAINS_TOKEN';
    if (operator === 'HAS_PROPERTY') return true;
    if (operator.endsWith('CONTAINS_TOKEN'))
      return tokens(own).some((part) => token.test(part)) === (operator === 'CONTAINS_TOKEN');
    const parts = several ? own.split(';') : [own];
    if (operator.endsWith('IN')) return parts.some((part) => wanted.has(part)) === (operator === 'IN');
    return ordered(operator, own, value, high);
  };
}

function ordered<T extends string | number>(operator: string, own: T, low: T, high: T): boolean {
  switch (operator) {
    case 'EQ':
      return own === low;
    case 'NEQ':
      return own !== low;
    case 'LT':
      return own < low;
    case 'LTE':
      return own <= low;
    case 'GT':
      return own > low;
    case 'GTE':
      return own >= low;
    case 'BETWEEN':
      return own >= low && own <= high;
    default:
      return false;
  }
}
