import { chance, fills, pick } from './draw.ts';
import type { Fill } from './draw.ts';
import { nasty } from './nasty.ts';
import { optionsOf } from './property.ts';
import type { PropertySpec } from './property.ts';
import { companyTrades, sentences } from './words.ts';

/** Custom properties of every type, with the names that real accounts and SQL disagree about. */
export function extraProperties(count: number, filled: number): PropertySpec[] {
  return Array.from({ length: count }, (_, k) => customProperty(customName(k), k, filled));
}

/** One custom property; its kind follows from `k`. */
export function customProperty(name: string, k: number, filled = 0.4): PropertySpec {
  const { type, fieldType, fill, ...more } = kinds[k % kinds.length] as Kind;
  return {
    name,
    label: `Custom ${String(k + 1)}: ${name}`,
    description: `A custom ${type} with "quotes", 'single ones' and a % sign`,
    groupName: 'custom',
    custom: true,
    type,
    fieldType,
    ...more,
    fill: nasty(type, fills.sometimes(filled, fill)),
  };
}

const oddNames: readonly string[] = [
  'order',
  'user',
  'id',
  'ID',
  'select',
  'group',
  'MixedCase_Property',
  'mixedcase_property',
  'p'.repeat(100),
  `${'q'.repeat(99)}1`,
  `${'q'.repeat(99)}2`,
  'quote"mark',
  "single'quote",
  '_id',
  '_deleted_at',
  '_extra',
  'created_at',
  '1st_contact',
  'with space',
  'ünïcode_name',
  'table',
  'null',
  'percent%s',
  'dollar$1',
  'semi;colon',
  'ctid',
  'tableoid',
  '_synced_at',
  '__proto__',
  'constructor',
  'toString',
  'new\nline',
  'tab\tand\rreturn',
  'back\\slash',
  '🙂 emoji',
  'مرحبا بالعالم',
  'ß'.repeat(40),
  '漢'.repeat(30),
  '"; drop table contacts; --',
  "'); select 1; --",
  '_EXTRA',
  'hs_object_ID',
  '$1',
  'a.b',
  '*',
];

const customName = (k: number): string =>
  oddNames[k] ?? `custom_property_number_${String(k).padStart(3, '0')}`;

type Kind = Omit<PropertySpec, 'name' | 'label' | 'description'>;

const colours = optionsOf('red=Red|green=Green|blue=Blue|dark blue=Dark blue');
const severalColours: Fill = (draw, salt) => {
  const chosen = colours.filter((_, i) => chance(draw, salt + i) < 0.4).map(({ value }) => value);
  const odd = chance(draw, salt ^ 77);
  const values = odd < 0.02 ? [...chosen, 'no_longer_an_option'] : chosen;
  return odd > 0.95 ? `;${values.join(';')};` : values.join(';') || null;
};

const kinds: readonly Kind[] = [
  { type: 'string', fieldType: 'text', fill: fills.oneOf(companyTrades) },
  { type: 'number', fieldType: 'number', fill: fills.decimal(10_000) },
  { type: 'datetime', fieldType: 'date', fill: fills.instant },
  { type: 'enumeration', fieldType: 'checkbox', options: colours, fill: severalColours },
  { type: 'bool', fieldType: 'booleancheckbox', fill: fills.yesNo(0.5) },
  { type: 'date', fieldType: 'date', fill: fills.day },
  {
    type: 'string',
    fieldType: 'textarea',
    fill: (d, s) => `${pick(d, s, sentences)}\n${pick(d, s ^ 3, sentences)}`,
  },
  {
    type: 'enumeration',
    fieldType: 'select',
    options: [...colours, { value: 'grey', label: 'Grey', hidden: true }],
    fill: fills.oneOf(['red', 'green', 'blue', 'grey']),
  },
  {
    type: 'phone_number',
    fieldType: 'phonenumber',
    fill: fills.oneOf(['+4930123456', '+1-617-555-0100 ext 7']),
  },
  {
    type: 'number',
    fieldType: 'calculation_equation',
    calculated: true,
    calculationFormula: '1 + 1',
    fill: fills.integer(99),
  },
  { type: 'json', fieldType: 'text', fill: fills.oneOf(['{"a":1}', '[1,2,3]', '"text"']) },
  {
    type: 'object_coordinates',
    fieldType: 'text',
    fill: fills.oneOf(['{"latitude":52.5,"longitude":13.4}']),
  },
  { type: 'enumeration', fieldType: 'radio', options: colours, fill: fills.oneOf(['red', 'green']) },
  { type: 'enumeration', fieldType: 'select', referencedObjectType: 'OWNER', fill: fills.owner },
  { type: 'string', fieldType: 'html', fill: (d, s) => `<p>${pick(d, s, sentences)}</p>` },
  {
    type: 'enumeration',
    fieldType: 'booleancheckbox',
    options: optionsOf('true=Yes|false=No'),
    fill: fills.yesNo(0.3),
  },
];
