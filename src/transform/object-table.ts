import type { ObjectPipeline } from '../pipeline.ts';
import type { TreatedProperty } from '../privacy.ts';
import type { SourceRecord } from '../source.ts';
import type { Cell, Column, Row, Table } from '../table.ts';
import type { WarehouseLimits } from '../warehouse.ts';
import { syncedAt } from '../table.ts';
import { toCell, type ToCell } from './cell.ts';
import { columnComment, labelComment } from './column-comment.ts';
import { columnNames } from './column-name.ts';
import { columnType } from './column-type.ts';
import { jsonObject } from './json-cell.ts';

/** An object's table, and how its records become rows. */
export interface ObjectTable {
  readonly table: Table;
  readonly columns: readonly PropertyColumn[];
  /** Properties that are not read, with the column that each would have. */
  readonly left: readonly LeftProperty[];
  row(record: SourceRecord): TypedRow;
}

interface TypedRow {
  readonly row: Row;
  /** About how many characters it holds. */
  readonly size: number;
  /** The properties whose values went to `_extra`. */
  readonly misfits: readonly string[];
}

interface LeftProperty {
  readonly name: string;
  readonly property: TreatedProperty;
}

export interface PropertyColumn extends Column {
  readonly property: TreatedProperty;
  readonly toCell: ToCell;
}

/** Pure: the same definitions give the same table. */
export function objectTable(
  pipeline: ObjectPipeline,
  properties: readonly TreatedProperty[],
  limits: Pick<WarehouseLimits, 'identifierBytes' | 'reservedColumns'>,
): ObjectTable {
  const { columns, left } = propertyColumns(properties, limits);
  return {
    table: {
      name: pipeline.name,
      description: pipeline.description,
      columns: [idColumn(pipeline), ...columns, ...recordColumns],
      key: ['id'],
      version: '_updated_at',
    },
    columns,
    left,
    row: rowMaker(columns),
  };
}

/** Names are given to all, so that leaving a property out renames no other's column. */
function propertyColumns(
  properties: readonly TreatedProperty[],
  limits: Pick<WarehouseLimits, 'identifierBytes' | 'reservedColumns'>,
): Pick<ObjectTable, 'columns' | 'left'> {
  const taken = ['id', syncedAt, ...recordColumns.map((column) => column.name)];
  const names = columnNames(properties, { ...limits, taken });
  const named = properties.map((property) => ({ name: names.get(property.name) ?? property.name, property }));
  const isLeft = ({ property: { treatment } }: LeftProperty): boolean => treatment.kind === 'leave';
  const kept = named.filter((each) => !isLeft(each));
  const columnOf = new Map(kept.map(({ name, property }) => [property.name, name]));
  return {
    columns: kept.map(({ name, property }) => ({ name, ...filled(property, columnOf) })),
    left: named.filter(isLeft),
  };
}

function filled(
  property: TreatedProperty,
  columnOf: ReadonlyMap<string, string>,
): Omit<PropertyColumn, 'name'> {
  const { treatment } = property;
  if (treatment.kind !== 'hash') {
    const type = columnType(property);
    return { type, description: columnComment(property, columnOf), property, toCell: toCell[type] };
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
  { name: '_extra', type: 'json', description: 'Values that have no column or do not fit it, verbatim' },
];

function rowMaker(columns: readonly PropertyColumn[]): ObjectTable['row'] {
  const convert: readonly ToCell[] = columns.map((column) => column.toCell);
  return (record) => {
    const row = new Array<Cell>(columns.length + 1 + recordColumns.length);
    const misfits: (readonly [string, string])[] = [];
    let size = columns.length;
    row[0] = record.id;
    for (let i = 0; i < convert.length; i++) {
      const value = record.values[i];
      if (value === null || value === undefined || value === '') {
        row[i + 1] = null;
        continue;
      }
      const cell = convert[i]!(value);
      if (cell === undefined) misfits.push([columns[i]!.property.name, value]);
      row[i + 1] = cell ?? null;
      size += value.length;
    }
    const extra = misfits.length === 0 ? null : jsonObject(misfits);
    fillRecordColumns(row, columns.length + 1, record, extra);
    return { row, size, misfits: misfits.map(([name]) => name) };
  };
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
