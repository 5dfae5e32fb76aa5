import type { Cell, Column, Row } from '../../table.ts';
import { postgresTypes } from './types.ts';

/**
 * Rows as COPY's text format (Postgres docs, COPY, Text Format) in chunks of a size that a socket takes well. A chunk
 * is built as one string and encoded once: writing value by value costs twice as much.
 */
export function* copyText(columns: readonly Column[], rows: Iterable<Row>): Generator<Buffer> {
  const escaped = columns.map((column) => postgresTypes[column.type].escaped);
  let text = '';
  for (const row of rows) {
    for (let index = 0; index < escaped.length; index++) {
      const separator = index === 0 ? '' : '\t';
      const cell = row[index] ?? null;
      text += separator + (cell === null ? nothing : cellText(cell, escaped[index] === true));
    }
    text += '\n';
    if (text.length < chunkLength) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

const chunkLength = 128 * 1024;
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
