import type { Property } from '../source.ts';
import { commentText } from './comment-text.ts';

/**
 * What a column's comment says: HubSpot's label and description, and what its values mean. It depends on the definition
 * alone, and not on the order or the number of many options: each change of it is a statement, and a row in `schema_changes`.
 * `columnOf` has the columns of the other properties.
 */
export function columnComment(property: Property, columnOf: ReadonlyMap<string, string>): string {
  const first = labelComment(property);
  const facts = [currency(property, columnOf), reference(property), options(property)].flatMap(
    (fact) => fact ?? [],
  );
  return facts.length === 0 ? first : [first.replace(/\.$/, ''), ...facts].join('. ');
}

/** Only what HubSpot calls the property. */
export function labelComment(property: Pick<Property, 'name' | 'label' | 'description'>): string {
  const label = commentText(property.label, longestLabel) || property.name;
  const text = commentText(property.description, longestText);
  return text === '' || text === label ? label : `${label}: ${text}`;
}

const longestLabel = 200;
/** The whole of it is in the table `properties`. */
const longestText = 500;

function currency(
  { currencyPropertyName: name }: Property,
  columnOf: ReadonlyMap<string, string>,
): string | undefined {
  const column = name === null ? undefined : columnOf.get(name);
  return column === undefined ? undefined : `In the currency of ${column}`;
}

function reference({ referencedObjectType: type }: Property): string | undefined {
  if (type === null) return undefined;
  const table = tables.get(type.toUpperCase());
  return table === undefined
    ? `Refers to HubSpot's ${commentText(type, longestLabel)}`
    : `Refers to ${table}.id`;
}

/** HubSpot's set is open. */
const tables: ReadonlyMap<string, string> = new Map([
  ['COMPANY', 'companies'],
  ['CONTACT', 'contacts'],
  ['DEAL', 'deals'],
  ['LEAD', 'leads'],
  ['LINE_ITEM', 'line_items'],
  ['OWNER', 'owners'],
  ['PRODUCT', 'products'],
  ['QUOTE', 'quotes'],
  ['TEAM', 'teams'],
  ['TICKET', 'tickets'],
]);

function options({ type, fieldType, name, options }: Property): string | undefined {
  if (type !== 'enumeration' || options.length === 0) return undefined;
  const which = fieldType === 'checkbox' ? 'Any of' : 'One of';
  const few = options.length > mostOptions ? [] : options.toSorted(inOrder).map(shown).filter(Boolean);
  const list = few.join(', ');
  return list === '' || list.length > longestList
    ? `${which} the values of "${name}" in property_options`
    : `${which}: ${list}`;
}

const mostOptions = 10;
const longestList = 400;

type Option = Property['options'][number];

function inOrder(a: Option, b: Option): number {
  const [left, right] = [a.displayOrder ?? -1, b.displayOrder ?? -1];
  if (left !== right) return left - right;
  return a.value < b.value ? -1 : 1;
}

/** `closedwon (Closed Won)`: what the column holds, and what HubSpot shows where that is not the same. */
function shown({ value, label }: Option): string {
  const [held, said] = [commentText(value, longestOption), commentText(label, longestOption)];
  const isSame = said === '' || said.toLowerCase() === held.toLowerCase();
  return isSame ? held : `${held} (${said})`;
}

const longestOption = 60;
