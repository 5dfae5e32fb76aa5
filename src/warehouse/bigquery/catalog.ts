import type { ColumnType } from '../../table.ts';
import type { TableField, TableResource } from './api.ts';
import type { Connection } from './connection.ts';
import { columnName, tableName } from './identifier.ts';
import { bigqueryTypes, typeOf } from './types.ts';

/** A table as it is in BigQuery. */
export interface StoredTable {
  readonly name: string;
  readonly description: string;
  /** `TABLE`; anything else, such as `VIEW`, is no table. */
  readonly kind: string;
  /** By the name that they are stored under, in their order. */
  readonly columns: ReadonlyMap<string, StoredColumn>;
  readonly resource: TableResource;
}

export interface StoredColumn {
  /** Nothing for a type that Keyway never makes. */
  readonly type: ColumnType | undefined;
  /** For people: `string`, `array<string>`. */
  readonly shortType: string;
  readonly description: string;
  readonly required: boolean;
}

export async function storedTable(connection: Connection, name: string): Promise<StoredTable | undefined> {
  const resource = await connection.find<TableResource>({
    method: 'GET',
    uri: `/datasets/${connection.options.dataset}/tables/${tableName(name)}`,
    table: name,
  });
  if (resource === undefined) return undefined;
  const fields = resource.schema?.fields ?? [];
  return {
    name,
    description: resource.description ?? '',
    kind: resource.type ?? 'TABLE',
    columns: new Map(fields.map((field) => [field.name ?? '', columnOf(field)])),
    resource,
  };
}

/** Whether the stored table has a column of this name. */
export function has({ columns }: Pick<StoredTable, 'columns'>, column: string): boolean {
  return columns.has(columnName(column));
}

function columnOf({ type, mode, description }: TableField): StoredColumn {
  const scalar = standardName(type ?? '');
  const repeated = mode === 'REPEATED';
  const known = (Object.keys(bigqueryTypes) as ColumnType[]).find(
    (each) => typeOf(each).scalar === scalar && (typeOf(each).repeated === true) === repeated,
  );
  const short = scalar.toLowerCase();
  return {
    type: known,
    shortType: repeated ? `array<${short}>` : short,
    description: description ?? '',
    required: mode === 'REQUIRED',
  };
}

/** The API answers with names of legacy SQL (BigQuery API, tables, TableFieldSchema). */
function standardName(type: string): string {
  return legacy[type] ?? type;
}

const legacy: Readonly<Record<string, string>> = { INTEGER: 'INT64', BOOLEAN: 'BOOL', FLOAT: 'FLOAT64' };
