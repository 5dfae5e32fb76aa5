import type { PackedRow } from '../../packed-rows.ts';
import type { Cell, ColumnType, Row, Table } from '../../table.ts';
import { stagedName } from './staged-columns.ts';

/** Rows as lines of newline-delimited JSON (BigQuery docs, Loading JSON data): NULL is what is not there. */
export function packer(table: Table): (row: Row) => PackedRow {
  const members = table.columns.map(({ type }, place) => ({
    name: `"${stagedName(place)}":`,
    textOf: texts[type],
  }));
  const keys = table.key.map((name) => table.columns.findIndex((column) => column.name === name));
  const version = table.columns.findIndex((column) => column.name === table.version);
  return (row) => {
    const parts: string[] = [];
    for (let place = 0; place < members.length; place++) {
      const cell = row[place] ?? null;
      if (cell !== null) parts.push(members[place]!.name + members[place]!.textOf(cell));
    }
    const key =
      keys.length === 1 ? String(row[keys[0]!]) : keys.map((place) => String(row[place])).join('\0');
    const dated = row[version];
    return {
      key,
      version: typeof dated === 'string' ? dated : '',
      bytes: Buffer.from(`{${parts.join(',')}}\n`),
    };
  };
}

type TextOf = (cell: Exclude<Cell, null>) => string;

const asText: TextOf = (cell) => JSON.stringify(cell);
/** Of signs that JSON gives no meaning to. */
const asPlainText: TextOf = (cell) => `"${String(cell)}"`;

/** Numbers are texts, since a reader of JSON may take them for doubles (BigQuery docs, Loading JSON data, Details). */
const texts: Readonly<Record<ColumnType, TextOf>> = {
  text: asText,
  integer: asPlainText,
  number: asPlainText,
  boolean: String,
  timestamp: asPlainText,
  date: asPlainText,
  // The value itself: a text would become a JSON string. A line break can only stand between its parts.
  json: (cell) => String(cell).replaceAll(/[\r\n]+/g, ' '),
  'text[]': asText,
};
