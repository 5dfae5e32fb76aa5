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
    text += line(row, escaped);
    if (text.length < chunkLength) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

const chunkLength = 128 * 1024;

function line(row: Row, escaped: readonly boolean[]): string {
  let text = '';
  for (let index = 0; index < escaped.length; index++) {
    const cell = row[index] ?? null;
    if (index > 0) text += '\t';
    if (cell === null) text += String.raw`\N`;
    else if (typeof cell !== 'string') text += escape(arrayText(cell));
    else text += escaped[index] === true && special.test(cell) ? escape(cell) : cell;
  }
  return `${text}\n`;
}

const special = /[\\\t\n\r]/;

function escape(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': String.raw`\t`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
};

/** An array literal with every element quoted (Postgres docs, Array Input and Output Syntax). */
export function arrayText(texts: Exclude<Cell, string | null>): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;
}
