import { expect, it } from 'vitest';
import type { Property } from '../../src/source.ts';
import { columnComment } from '../../src/transform/column-comment.ts';

function comment(given: Partial<Property>): string {
  const property: Property = {
    name: 'amount',
    label: 'Amount',
    description: '',
    type: 'number',
    fieldType: 'number',
    groupName: 'g',
    calculated: false,
    archived: false,
    hubspotDefined: true,
    referencedObjectType: null,
    currencyPropertyName: null,
    dataSensitivity: 'non_sensitive',
    createdAt: null,
    updatedAt: null,
    options: [],
    ...given,
  };
  return columnComment(property, new Map([['deal_currency_code', 'column_of_deal_currency_code']]));
}

const option = (
  value: string,
  label = value,
  displayOrder: number | null = -1,
): Property['options'][number] => ({
  value,
  label,
  displayOrder,
  description: null,
  hidden: false,
});

it('is label and description, each once, and the name where there is neither', () => {
  expect(comment({ description: 'The total value.' })).toBe('Amount: The total value.');
  expect(comment({ description: ' Amount ' })).toBe('Amount');
  expect(comment({ label: ' ' })).toBe('amount');
});

it('says in which currency an amount is, by the column that tells', () => {
  expect(comment({ description: 'The total value.', currencyPropertyName: 'deal_currency_code' })).toBe(
    'Amount: The total value. In the currency of column_of_deal_currency_code',
  );
  expect(comment({ currencyPropertyName: 'left_out' })).toBe('Amount');
});

it.each([
  ['OWNER', 'Refers to owners.id'],
  ['COMPANY', 'Refers to companies.id'],
  ['SEQUENCE', "Refers to HubSpot's SEQUENCE"],
])('says what an id refers to: %s', (referencedObjectType, said) => {
  expect(comment({ label: 'Who', referencedObjectType })).toBe(`Who. ${said}`);
});

it('lists a few options, as the column holds them, in HubSpot’s order, and leads to many', () => {
  const few = [option('closedwon', 'Closed Won', 2), option('new', 'New', 1), option('b', ''), option('a')];
  const kind = { type: 'enumeration', fieldType: 'select', label: 'Stage', name: 'stage' };
  const said = 'Stage. One of: a, b, new, closedwon (Closed Won)';
  expect(comment({ ...kind, options: few })).toBe(said);
  expect(comment({ ...kind, options: few.toReversed() })).toBe(said);
  expect(comment({ ...kind, fieldType: 'checkbox', options: few.slice(1, 2) })).toBe('Stage. Any of: new');
  const long = few.map((each) => ({ ...each, label: 'word '.repeat(50) }));
  expect(comment({ ...kind, options: [...long, ...long, option('')] })).toMatch(/ in property_options$/);
  const many = Array.from({ length: 11 }, (_, i) => option(String(i)));
  expect(comment({ ...kind, options: many })).toBe('Stage. One of the values of "stage" in property_options');
  expect(comment({ ...kind, options: many })).toBe(comment({ ...kind, options: [...many, option('x')] }));
});

it('stays on one line, without markup, and within bounds, whatever people have written', () => {
  expect(
    comment({ label: 'A\n"b"\t\'c\'\u001b[31m\0', description: '<p class="x">1 &lt; 2<br/>x <y></p>' }),
  ).toBe('A "b" \'c\' [31m: 1 < 2 x <y>');
  expect(comment({ label: '\u202eabc\u202c \ud800' })).toBe('abc \ufffd');
  const long = comment({
    label: '😀'.repeat(5000),
    description: 'é '.repeat(5000),
    type: 'enumeration',
    options: Array.from({ length: 10 }, (_, i) => option(`${i}${'v'.repeat(5000)}`, 'l'.repeat(5000))),
  });
  expect(Array.from(long).length).toBeLessThan(1200);
  expect(long.isWellFormed()).toBe(true);
  expect(long).not.toMatch(/\p{Cc}/u);
});
