import { typeOf } from './types.ts';
import type { ColumnType } from '../../table.ts';
import type { Connection } from './connection.ts';
import { optionalInstant } from './instant.ts';
import { bind, type Parameters } from './parameters.ts';
import { change } from './query.ts';

/** A value of a column of Keyway's own; a timestamp is given in milliseconds since the epoch. */
type OwnCell = readonly [type: ColumnType, value: string | number | null];

export interface OwnRow {
  /** One of Keyway's own tables. */
  readonly table: string;
  readonly key: readonly string[];
  readonly cells: Readonly<Record<string, OwnCell>>;
}

/** Inserts a row, or updates the one that has its key. */
export async function saveRow(connection: Connection, row: OwnRow): Promise<void> {
  const parameters: Parameters = [];
  const sql = savingStatement(connection.own(row.table), row, parameters);
  await connection.records.pass(() => change(connection, { sql, parameters, purpose: 'state' }));
}

function savingStatement(target: string, { key, cells }: OwnRow, parameters: Parameters): string {
  const names = Object.keys(cells);
  const source = names.map((name) => `${bound(cells[name]!, parameters)} AS \`${name}\``);
  const setting = names.filter((name) => !key.includes(name)).map((name) => `\`${name}\` = s.\`${name}\``);
  return [
    `MERGE INTO ${target} AS t USING (SELECT ${source.join(', ')}) AS s`,
    `ON ${key.map((name) => `t.\`${name}\` = s.\`${name}\``).join(' AND ')}`,
    `WHEN MATCHED THEN UPDATE SET ${setting.join(', ')}`,
    `WHEN NOT MATCHED THEN INSERT (${names.map((name) => `\`${name}\``).join(', ')}) VALUES (${names.map((name) => `s.\`${name}\``).join(', ')})`,
  ].join(' ');
}

function bound([type, value]: OwnCell, parameters: Parameters): string {
  if (type === 'timestamp') return optionalInstant(parameters, value === null ? undefined : Number(value));
  if (type !== 'json') return bind(parameters, typeOf(type).scalar, value);
  return `PARSE_JSON(${bind(parameters, 'STRING', value)}, wide_number_mode=>'round')`;
}
