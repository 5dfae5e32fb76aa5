import type { Spelling } from '../../limits.ts';
import { fitsName, hashedName } from '../../names.ts';

/** A path such as `project.dataset.table`, in one pair of backticks, as GoogleSQL writes it. */
export function path(...parts: readonly string[]): string {
  return quoted(parts.join('.'));
}

/** A column, under the name that it is stored by. */
export function identifier(column: string): string {
  return quoted(columnName(column));
}

/** A text in a statement where no parameter may stand, such as in OPTIONS. */
export function literal(text: string): string {
  return `'${escaped(text)}'`;
}

/**
 * The name under which BigQuery stores a column: its own, where that is a name there. Others, which a pipeline does not give
 * where it can choose, get a hash of their name.
 */
export function columnName(name: string): string {
  return storedName(name, columnNames);
}

/** The same of a table. */
export function tableName(name: string): string {
  return storedName(name, tableNames);
}

function storedName(name: string, spelling: Spelling): string {
  const limits = { identifierBytes, spelling };
  return fitsName(name, limits) ? name : hashedName(name, limits);
}

/** BigQuery docs, Specify a schema, Column names: 300 characters, and of these each is a byte. */
export const identifierBytes = 300;

/**
 * The same page. Flexible names may have more characters, but exports and the Storage APIs want special handling of those.
 * Case tells no column from another, so that what differs in nothing else has one name in lower case, and others with a hash.
 */
export const columnNames: Spelling = {
  character: /^[a-z0-9_]$/,
  first: /^[a-z_]$/,
  prefixes: [
    '_table_',
    '_file_',
    '_partition',
    '_row_timestamp',
    '__root__',
    '_colidentifier',
    '_change_sequence_number',
    '_change_type',
    '_change_timestamp',
    '_field_',
  ],
};

/** BigQuery docs, Creating and using tables, Table naming: letters, marks, numbers and connectors. Case tells tables apart. */
export const tableNames: Spelling = { character: /^[a-z0-9_]$/i, first: /^[a-z_]$/i, prefixes: [] };

/** GoogleSQL docs, Lexical structure: quoted identifiers have the escape sequences of string literals. */
function quoted(name: string): string {
  return `\`${escaped(name)}\``;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\'"`\n\r]/g, (sign) => escapes[sign] ?? `\\${sign}`);
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' };
