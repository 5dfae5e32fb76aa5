import type { PackedRow } from '../../packed-rows.ts';
import type { Cell, Row, Table } from '../../table.ts';
import { postgresTypes } from './types.ts';

/**
 * Rows as lines of COPY's text format (Postgres docs, COPY, Text Format). The fields of a line
 * are joined at once: adding one to the other leaves several times as much behind to be collected.
 */
export function packer(table: Table): (row: Row) => PackedRow {
  const escaped = table.columns.map((column) => postgresTypes[column.type].escaped);
  const keys = table.key.map((name) => table.columns.findIndex((column) => column.name === name));
  const version = table.columns.findIndex((column) => column.name === table.version);
  const fields = new Array<string>(table.columns.length);
  return (row) => {
    for (let index = 0; index < fields.length; index++) {
      const cell = row[index] ?? null;
      fields[index] = cell === null ? nothing : cellText(cell, escaped[index] === true);
    }
    const key =
      keys.length === 1 ? String(row[keys[0]!]) : keys.map((place) => String(row[place])).join('\0');
    const dated = row[version];
    return {
      key,
      version: typeof dated === 'string' ? dated : '',
      bytes: Buffer.from(`${fields.join('\t')}\n`),
    };
  };
}

/** A text that reads the same is told apart because its backslash is doubled. */
const nothing = '\\N';

function cellText(cell: Exclude<Cell, null>, escaped: boolean): string {
  if (typeof cell !== 'string') return escape(arrayText(cell));
  return escaped && special.test(cell) ? escape(cell) : cell;
}

const special = /[\\\t\n\r]/;

function escape(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** An array literal with every element quoted (Postgres docs, Array Input and Output Syntax). */
function arrayText(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
