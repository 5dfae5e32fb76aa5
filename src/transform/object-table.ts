import type { ObjectPipeline } from '../pipeline.ts';
import type { StoredColumns, ValueLimits, WarehouseLimits } from '../limits.ts';
import type { TreatedProperty } from '../privacy.ts';
import type { SourceRecord } from '../source.ts';
import type { Cell, Column, Row, Table } from '../table.ts';
import { syncedAt } from '../table.ts';
import { allotColumns, isCrowded, type Room } from './allot-columns.ts';
import { toCell, toCellWithin, type ToCell } from './cell.ts';
import { columnComment, labelComment } from './column-comment.ts';
import { columnNames } from './column-name.ts';
import { columnType } from './column-type.ts';
import { jsonObject } from './json-cell.ts';
import { narrowRows, type NarrowRows } from './narrow-row.ts';
import { extraColumn, hasColumn, keptText, type PropertyColumn } from './property-column.ts';

/** An object's table, and how its records become rows. */
export interface ObjectTable {
  readonly table: Table;
  /** One for each property; those without a column of their own come last. */
  readonly columns: readonly PropertyColumn[];
  /** Properties that are not read, with the column that each would have. */
  readonly left: readonly LeftProperty[];
  /** Where the cells of a record may be too many for a row. */
  readonly narrow: NarrowRows | undefined;
  row(record: SourceRecord): TypedRow;
}

interface TypedRow {
  readonly row: Row;
  /** About how many characters it holds. */
  readonly size: number;
  /** The properties whose values went to `_extra` although they have a column. */
  readonly misfits: readonly string[];
}

interface LeftProperty {
  readonly name: string;
  readonly property: TreatedProperty;
}

type TableLimits = ValueLimits &
  Pick<WarehouseLimits, 'identifierBytes' | 'columnNames' | 'reservedColumns' | 'columns' | 'rowWidth'>;

/** Which properties have columns, where not all can. */
export type Layout = Pick<Room, 'stored' | 'values'>;

/** Pure: the same definitions, and the same columns that are there already, give the same table. */
export function objectTable(
  pipeline: ObjectPipeline,
  properties: readonly TreatedProperty[],
  limits: TableLimits,
  layout: Layout = {},
): ObjectTable {
  const { columns: wanted, left } = propertyColumns(properties, limits);
  const needed = [pipeline.watermark, pipeline.created, 'hs_object_id'];
  const columns = allotColumns(wanted, { ...layout, columns: limits.columns, own: ownColumns, needed });
  const narrow = narrowRows(columns, limits.rowWidth, needed);
  return {
    table: {
      name: pipeline.name,
      description: pipeline.description,
      columns: [idColumn(pipeline), ...columns.filter(hasColumn), ...recordColumns],
      key: ['id'],
      version: '_updated_at',
    },
    columns,
    left,
    narrow,
    row: rowMaker(columns, narrow),
  };
}

/** Whether it must be known how busy these properties are before their table can be made. */
export function needsSample(
  properties: readonly TreatedProperty[],
  limits: Pick<WarehouseLimits, 'columns'>,
  stored: StoredColumns | undefined,
): boolean {
  return stored === undefined && isCrowded(properties.length, { columns: limits.columns, own: ownColumns });
}

/** Names are given to all, so that leaving a property out renames no other's column. */
function propertyColumns(
  properties: readonly TreatedProperty[],
  limits: TableLimits,
): Pick<ObjectTable, 'columns' | 'left'> {
  const taken = ['id', syncedAt, ...recordColumns.map((column) => column.name)];
  const names = columnNames(properties, { ...limits, taken });
  const named = properties.map((property) => ({ name: names.get(property.name) ?? property.name, property }));
  const isLeft = ({ property: { treatment } }: LeftProperty): boolean => treatment.kind === 'leave';
  const kept = named.filter((each) => !isLeft(each));
  const columnOf = new Map(kept.map(({ name, property }) => [property.name, name]));
  return {
    columns: kept.map(({ name, property }) => ({ name, ...filled(property, columnOf, limits) })),
    left: named.filter(isLeft),
  };
}

function filled(
  property: TreatedProperty,
  columnOf: ReadonlyMap<string, string>,
  limits: ValueLimits,
): Omit<PropertyColumn, 'name'> {
  const { treatment } = property;
  if (treatment.kind !== 'hash') {
    const type = columnType(property);
    const description = columnComment(property, columnOf);
    return { type, description, property, toCell: toCellWithin(type, limits) };
  }
  const { of, fingerprint } = treatment.hash;
  const description = `${labelComment(property)} (hashed with a key)`;
  return { type: 'text', description, property, toCell: of, filling: `hashed ${fingerprint}` };
}

function idColumn(pipeline: ObjectPipeline): Column {
  return {
    name: 'id',
    type: 'integer',
    description: `HubSpot record id (${pipeline.label})`,
    required: true,
  };
}

/** What every object's table has after its properties, in the order in which `rowMaker` fills it. */
const recordColumns: readonly Column[] = [
  { name: '_created_at', type: 'timestamp', description: 'When the record was created in HubSpot' },
  { name: '_updated_at', type: 'timestamp', description: 'When HubSpot last changed the record' },
  { name: '_archived', type: 'boolean', description: "In HubSpot's recycle bin", required: true },
  { name: '_archived_at', type: 'timestamp', description: 'When the record was moved to the recycle bin' },
  {
    name: '_deleted_at',
    type: 'timestamp',
    description: 'When the record was found to be no longer in HubSpot',
  },
  { name: '_merged_into_id', type: 'integer', description: 'The record that replaced this one in a merge' },
  extraColumn,
];

/** With `id` and `_synced_at`. */
const ownColumns = recordColumns.length + 2;

function rowMaker(columns: readonly PropertyColumn[], narrow: NarrowRows | undefined): ObjectTable['row'] {
  const own = columns.filter(hasColumn).length;
  const convert: readonly ToCell[] = columns.slice(0, own).map((column) => column.toCell);
  return (record) => {
    const row = new Array<Cell>(own + 1 + recordColumns.length);
    const { values } = record;
    const elsewhere: Member[] = [];
    let [size, filled] = [columns.length, 0];
    row[0] = record.id;
    for (let i = 0; i < own; i++) {
      const value = values[i];
      if (value === null || value === undefined || value === '') {
        row[i + 1] = null;
        continue;
      }
      const cell = convert[i]!(value);
      if (cell === undefined) elsewhere.push([columns[i]!.property.name, value]);
      row[i + 1] = cell ?? null;
      size += value.length;
      filled++;
    }
    if (narrow !== undefined && filled > narrow.cells) {
      for (const i of narrow.tooMany(row.slice(1, own + 1))) {
        elsewhere.push(member(columns[i]!, values[i] ?? ''));
        row[i + 1] = null;
      }
    }
    const misfits = elsewhere.map(([name]) => name);
    for (let i = own; i < columns.length; i++) {
      const value = values[i] ?? '';
      if (value === '') continue;
      elsewhere.push(member(columns[i]!, value));
      size += value.length;
    }
    fillRecordColumns(row, own + 1, record, elsewhere.length === 0 ? null : jsonObject(elsewhere));
    return { row, size, misfits };
  };
}

type Member = readonly [name: string, value: string];

function member(column: PropertyColumn, value: string): Member {
  return [column.property.name, keptText(column, value)];
}

function fillRecordColumns(row: Cell[], at: number, record: SourceRecord, extra: string | null): void {
  row[at] = instant(record.createdAt);
  row[at + 1] = instant(record.updatedAt);
  row[at + 2] = record.archived ? 'true' : 'false';
  row[at + 3] = record.archivedAt === undefined ? null : instant(record.archivedAt);
  row[at + 4] = null;
  row[at + 5] = null;
  row[at + 6] = extra;
}

function instant(text: string): Cell {
  return toCell.timestamp(text) ?? null;
}
