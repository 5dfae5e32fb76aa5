import { createHash } from 'node:crypto';

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
 * The name under which BigQuery stores a column or a table. Columns are told apart by case nowhere, and names hold few signs
 * besides letters, digits and `_` (BigQuery docs, Schemas, Column names): all others get a hash of their name.
 */
export function columnName(name: string): string {
  if (plain.test(name) && !reserved.test(name)) return name;
  const beginning = name.replaceAll(/\W/g, '_').replace(/^(?=\d|_)/, 'x');
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${beginning.slice(0, identifierBytes - 9)}_${hash}`;
}

/** BigQuery docs, Schemas, Column names: 300 characters. */
export const identifierBytes = 300;

const plain = /^[a-z_][a-z0-9_]{0,299}$/;

/** BigQuery docs, Schemas, Column names: prefixes that it keeps for itself. */
const reserved =
  /^(?:_table_|_file_|_partition|_row_timestamp|__root__|_colidentifier|_change_sequence_number|_change_type|_change_timestamp|_field_)/;

/** GoogleSQL docs, Lexical structure: quoted identifiers have the escape sequences of string literals. */
function quoted(name: string): string {
  return `\`${escaped(name)}\``;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\'"`\n\r]/g, (sign) => escapes[sign] ?? `\\${sign}`);
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' };
