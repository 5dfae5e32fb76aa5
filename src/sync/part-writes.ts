import { KeywayError } from '../errors.ts';
import { timestampCell, type Dictionaries, type DictionaryOf } from '../pipeline.ts';
import type { Instant } from '../source.ts';
import type { Scope } from '../scope.ts';
import type { Row, Table } from '../table.ts';
import { fitRow } from '../transform/index.ts';
import type { Write } from '../warehouse.ts';
import type { SyncContext } from './context.ts';
import type { DictionaryName, Part } from './dictionary-readers.ts';

interface PartWrites {
  readonly writes: readonly Write[];
  /** Why the rows stay as they are. */
  readonly kept?: KeywayError;
}

interface During {
  readonly context: SyncContext;
  readonly takenAt: Instant;
}

/**
 * What makes the tables equal to a part of a dictionary. Where rows would vanish, it is read once more, and only what is in
 * neither answer has vanished: pages can miss what moves meanwhile, and an answer with little in it looks like a small
 * dictionary. More than half of the rows at once are kept.
 */
export async function partWrites<N extends DictionaryName>(
  pipeline: DictionaryOf<N>,
  part: Part<Dictionaries[N]>,
  during: During,
): Promise<PartWrites> {
  const tables = tablesOf(pipeline, part.items, during);
  if (part.adds === true)
    return { writes: tables.map(({ table, rows }) => ({ kind: 'upsert', table, rows })) };
  if (part.again === undefined) return { writes: replacing(tables, part, during) };
  const first = await stored(tables, part, during);
  if (!first.some(({ vanished }) => vanished > 0)) return { writes: replacing(tables, part, during) };
  const both = tablesOf(pipeline, [...part.items, ...(await part.again())], during);
  for (const { name, rows, vanished } of await stored(both, part, during)) {
    if (vanished <= few || vanished <= rows / 2 || during.context.settings.acceptDeletions) continue;
    return { writes: [], kept: massDeletion(pipeline.name, part, { name, rows, vanished }) };
  }
  return { writes: replacing(both, part, during) };
}

const few = 10;

interface TableRows {
  readonly table: Table;
  readonly rows: readonly Row[];
  readonly closes: boolean;
}

/** Of rows with one key the last. */
function tablesOf<N extends DictionaryName>(
  pipeline: DictionaryOf<N>,
  items: readonly Dictionaries[N][],
  { context: { warehouse } }: During,
): readonly TableRows[] {
  return pipeline.tables.map((each) => {
    const rows = items
      .flatMap((item) => each.rows(item))
      .map((row) => fitRow(each.table, row, warehouse.limits));
    const byKey = new Map(rows.map((row) => [keyOf(each.table, row), row]));
    return { table: each.table, rows: [...byKey.values()], closes: each.vanished === 'close' };
  });
}

function keyOf({ key, columns }: Table, row: Row): string {
  return JSON.stringify(key.map((name) => row[columns.findIndex((column) => column.name === name)]));
}

interface Vanishing {
  readonly name: string;
  /** That are stored, and open. */
  readonly rows: number;
  /** Of these, those that were not given. */
  readonly vanished: number;
}

async function stored(
  tables: readonly TableRows[],
  part: PartScope,
  { context }: During,
): Promise<readonly Vanishing[]> {
  return Promise.all(
    tables.map(async ({ table, rows, closes }) => {
      const { name, key: columns } = table;
      const query = { table: name, columns, ...scopeOf(part, table), ...(closes && { open: true }) };
      const keys = await context.warehouse.cells(query);
      const given = new Set(rows.map((row) => keyOf(table, row)));
      const vanished = keys.filter((key) => !given.has(JSON.stringify(key))).length;
      return { name, rows: keys.length, vanished };
    }),
  );
}

function replacing(tables: readonly TableRows[], part: PartScope, { takenAt }: During): readonly Write[] {
  return tables.map(({ table, rows, closes }) => ({
    kind: 'replace',
    table,
    rows,
    ...scopeOf(part, table),
    ...(closes && { closedAt: timestampCell(takenAt) }),
  }));
}

type PartScope = Pick<Part<unknown>, 'objectType' | 'scope'>;

function scopeOf({ objectType, scope }: PartScope, table: Table): Scope {
  return { ...(objectType !== undefined && { within: { object_type: objectType } }), ...scope?.(table) };
}

function massDeletion(
  pipeline: string,
  { objectType }: PartScope,
  { name, rows, vanished }: Vanishing,
): KeywayError {
  const of = objectType === undefined ? '' : ` of ${objectType}`;
  return new KeywayError(
    'mass_deletion',
    `HubSpot no longer gives ${vanished} of the ${rows} rows of ${name}${of}. They are kept. If it is true, run keyway sync ${pipeline} --accept-deletions.`,
    { verdict: 'retry', details: { pipeline, deletions: vanished, rows } },
  );
}
