import type { Column, ColumnType, Row, Table } from '../../src/table.ts';
import { firms } from './laws/world.ts';

const cells: Readonly<Record<ColumnType, Row[number]>> = {
  text: 'it\'s \\ "quoted" `ticks` @p0 -- 😀\n',
  integer: '9007199254740993',
  number: '-12345678901234567890.123456789',
  boolean: 'true',
  timestamp: '2026-01-31T09:30:00.123Z',
  date: '2026-01-31',
  json: '{"a":[1,"x"]}',
  'text[]': ['a', "b'c"],
};

const types = Object.keys(cells) as ColumnType[];

/** Of which each is a name somewhere in HubSpot, or could be. */
export const hostileNames = [
  'select',
  'Email',
  'email',
  'EMAIL',
  'with space',
  'a"b',
  "a'b",
  'a.b',
  'a`b',
  'a\\b',
  'a-b',
  'größe',
  '$1',
  '1st',
  '@p0',
  '😀',
  '_table_suffix',
  '_partitiontime',
  'x'.repeat(63),
];

/** An object's table with so many properties, of all types in turn; the first of them with these names. */
export function tableOf(
  name: string,
  properties: number,
  names: readonly string[] = [],
  prefix = 'property',
): Table {
  const columns = Array.from({ length: properties }, (_, place): Column => {
    const type = types[place % types.length] ?? 'text';
    return { name: names[place] ?? `${prefix}_${place}`, type, description: `It's number ${place} \\` };
  });
  return { ...firms, name, description: `It's "${name}"`, columns: [...own('id'), ...columns, ...marks] };
}

const own = (name: string): readonly Column[] => firms.columns.filter((column) => column.name === name);
const marks = firms.columns.filter(({ name }) => name.startsWith('_'));

/** The columns of properties. */
export function propertiesOf({ columns }: Table): readonly Column[] {
  return columns.filter(({ name }) => name !== 'id' && !marks.some((mark) => mark.name === name));
}

/** A row in which every property has a value; `given` are cells by name. */
export function rowOf(table: Table, given: Readonly<Record<string, Row[number]>>): Row {
  const usual: Readonly<Record<string, Row[number]>> = {
    _archived: 'false',
    _updated_at: '2026-01-05T08:00:00.000Z',
  };
  const isMark = (name: string): boolean => marks.some((mark) => mark.name === name);
  return table.columns.map(
    ({ name, type }) => given[name] ?? usual[name] ?? (isMark(name) ? null : cells[type]),
  );
}
