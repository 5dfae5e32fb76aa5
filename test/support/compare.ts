import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { associations } from '../../pipelines/associations.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { expected, normalised, stored, type Definition } from './expected-cell.ts';

export interface CompareOptions {
  readonly schema: string;
  readonly objects?: readonly string[];
  /** How many differences to tell at most. */
  readonly most?: number;
}

/**
 * Compares the warehouse with what the sandbox knows to be true, by SELECTs alone. Each difference is a sentence; none
 * means that nothing is missing, stale, doubled, mistyped or left over.
 */
export async function differences(
  client: pg.ClientBase,
  sandbox: Sandbox,
  options: CompareOptions,
): Promise<readonly string[]> {
  const found: string[] = [];
  const { objects = ['contacts', 'companies', 'deals', 'tickets'], most = 20 } = options;
  for (const object of objects) found.push(...(await compareObject(client, sandbox, options.schema, object)));
  for (const { from, to } of associations.pairs) {
    if (objects.includes(from) && objects.includes(to)) {
      found.push(...(await compareLinks(client, sandbox, options.schema, { from, to })));
    }
  }
  found.push(...(await compareDictionaries(client, sandbox, options.schema, objects)));
  return found.length > most ? [...found.slice(0, most), `… and ${found.length - most} more`] : found;
}

type Cells = Readonly<Record<string, unknown>>;
type TrueRecord = NonNullable<ReturnType<Sandbox['world']['truth']['record']>>;

interface PropertyColumn extends Definition {
  readonly name: string;
  readonly column: string;
}

async function compareObject(
  client: pg.ClientBase,
  sandbox: Sandbox,
  schema: string,
  object: string,
): Promise<readonly string[]> {
  const { truth } = sandbox.world;
  const columns = await propertyColumns(client, sandbox, schema, object);
  const rows = await rowsById(client, schema, object);
  const found = rows.doubled.map((id) => `${object} ${id}: more than one row`);
  for (const record of truth.records(object)) {
    const row = rows.byId.get(record.id);
    rows.byId.delete(record.id);
    // Deleted for good while it lived, or with what it was merged into: no list shows that, only comparing ids would.
    if (fateOf(sandbox, object, record) === 'gone') continue;
    found.push(...compareRecord(record, row, columns).map((text) => `${object} ${record.id}: ${text}`));
  }
  for (const id of rows.byId.keys()) found.push(`${object} ${id}: a row of no record`);
  return found;
}

function fateOf(sandbox: Sandbox, object: string, record: TrueRecord): TrueRecord['state'] {
  const survivor =
    record.mergedInto === undefined ? undefined : sandbox.world.truth.record(object, record.mergedInto);
  return survivor === undefined
    ? record.state
    : fateOf(sandbox, object, survivor) === 'gone'
      ? 'gone'
      : 'merged';
}

function compareRecord(
  record: TrueRecord,
  row: Cells | undefined,
  columns: readonly PropertyColumn[],
): readonly string[] {
  if (record.state === 'merged') return compareMerged(record, row);
  if (row === undefined) return [`${record.state}, but has no row`];
  const found: string[] = [];
  if (row._deleted_at !== null) found.push(`${record.state}, but its row is closed`);
  if (row._archived !== String(record.archived)) found.push(`archived is ${String(row._archived)}`);
  if (instantOf(row._created_at) !== Date.parse(record.createdAt)) found.push('created at another time');
  if (instantOf(row._updated_at) !== Date.parse(record.updatedAt)) {
    found.push(`stale: updated ${record.updatedAt}, row says ${String(row._updated_at)}`);
  }
  if (record.archived && instantOf(row._archived_at) !== Date.parse(record.archivedAt ?? '')) {
    found.push('archived at another time');
  }
  return [...found, ...compareValues(record, row, columns)];
}

function compareMerged(record: TrueRecord, row: Cells | undefined): readonly string[] {
  if (row === undefined) return [];
  if (row._deleted_at === null) return ['merged, but its row lives'];
  return row._merged_into_id === null
    ? [`merged into ${record.mergedInto}, but its row does not say so`]
    : [];
}

function compareValues(
  record: TrueRecord,
  row: Cells,
  columns: readonly PropertyColumn[],
): readonly string[] {
  const found: string[] = [];
  const misfits: [string, string][] = [];
  const { properties } = record;
  for (const definition of columns) {
    const raw = properties[definition.name] ?? null;
    const want = expected(definition, raw);
    const have = normalised(definition, row[definition.column]);
    if (want === 'misfit') misfits.push([definition.name, stored(raw ?? '')]);
    const cell = want === 'misfit' ? null : want.column;
    if (!isDeepStrictEqual(have, cell)) {
      found.push(
        `${definition.name} (${definition.type}) is ${show(have)}, not ${show(cell)} (${show(raw)})`,
      );
    }
  }
  const extra = typeof row._extra === 'string' ? (JSON.parse(row._extra) as object) : {};
  const compared = new Set(columns.map(({ name }) => name));
  const kept = Object.entries(extra).filter(([name]) => compared.has(name));
  if (!isDeepStrictEqual(sorted(kept), sorted(misfits))) {
    found.push(`_extra is ${show(extra)}, not ${show(misfits)}`);
  }
  return found;
}

async function propertyColumns(
  client: pg.ClientBase,
  sandbox: Sandbox,
  schema: string,
  object: string,
): Promise<readonly PropertyColumn[]> {
  const { rows } = await client.query<{ name: string; column_name: string }>(
    `select name, column_name from "${schema}".properties where object_type = $1 and _deleted_at is null`,
    [object],
  );
  const columns = new Map(rows.map((row) => [row.name, row.column_name]));
  return sandbox.world.truth
    .properties(object)
    .map(({ spec }) => spec)
    .filter((spec) => spec.dataSensitivity === undefined && spec.calculated !== true)
    .map(({ name, type, fieldType }) => ({
      name,
      type,
      fieldType,
      column: columns.get(name) ?? `(no column for ${name})`,
    }));
}

async function rowsById(
  client: pg.ClientBase,
  schema: string,
  table: string,
): Promise<{ readonly byId: Map<string, Cells>; readonly doubled: readonly string[] }> {
  const { rows: columns } = await client.query<{ name: string; array: boolean }>(
    `select column_name as name, data_type = 'ARRAY' as array from information_schema.columns
     where table_schema = $1 and table_name = $2`,
    [schema, table],
  );
  // Postgres refuses more than 1,664 expressions in a list; as many names would be more than it lets a table have.
  const list = columns.map(({ name, array }) => {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    return array ? quoted : `${quoted}::text as ${quoted}`;
  });
  const { rows } = await client.query<Cells>(`select ${list.join(', ')} from "${schema}"."${table}"`);
  const byId = new Map(rows.map((row) => [String(row.id), row]));
  const seen = new Set<unknown>();
  const doubled = rows.filter((row) => seen.has(row.id) || !seen.add(row.id)).map((row) => String(row.id));
  return { byId, doubled };
}

async function compareLinks(
  client: pg.ClientBase,
  sandbox: Sandbox,
  schema: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly string[]> {
  const { truth } = sandbox.world;
  const { rows } = await client.query<Record<string, string | null>>(
    `select from_id::text, to_id::text, category, type_id::text, label from "${schema}".associations
     where from_type = $1 and to_type = $2`,
    [from, to],
  );
  const have = new Set(
    rows.map((row) => JSON.stringify([row.from_id, row.to_id, row.category, row.type_id, row.label])),
  );
  const want = new Set<string>();
  const living = { from: livingIds(sandbox, from), to: livingIds(sandbox, to) };
  for (const link of truth.associations(from, to)) {
    if (!living.from.has(link.fromId) || !living.to.has(link.toId)) continue;
    want.add(JSON.stringify([link.fromId, link.toId, link.category, String(link.typeId), link.label]));
  }
  const pair = `${from} to ${to}`;
  return [
    ...[...want].filter((link) => !have.has(link)).map((link) => `${pair}: link missing ${link}`),
    ...[...have].filter((link) => !want.has(link)).map((link) => `${pair}: link left over ${link}`),
  ];
}

/** Records in the recycle bin keep their links to themselves. */
function livingIds(sandbox: Sandbox, object: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const record of sandbox.world.truth.records(object)) if (record.state === 'active') ids.add(record.id);
  return ids;
}

async function compareDictionaries(
  client: pg.ClientBase,
  sandbox: Sandbox,
  schema: string,
  objects: readonly string[],
): Promise<readonly string[]> {
  const { truth } = sandbox.world;
  const list = async (sql: string): Promise<unknown[]> =>
    (await client.query<{ key: string }>(sql)).rows.map((row) => row.key);
  const owners = await list(
    `select id::text || ':' || archived::text as key from "${schema}".owners where _deleted_at is null`,
  );
  const stages = await list(
    `select object_type || '/' || pipeline_id || '/' || id as key from "${schema}".pipeline_stages where _deleted_at is null`,
  );
  const trueStages = ['deals', 'tickets']
    .filter((object) => objects.includes(object))
    .flatMap((object) =>
      truth
        .pipelines(object)
        .flatMap((pipeline) => pipeline.stages.map((stage) => `${object}/${pipeline.id}/${stage.id}`)),
    );
  return [
    ...unequal(
      'owners',
      owners,
      truth.owners().map((owner) => `${owner.id}:${String(owner.archived)}`),
    ),
    ...unequal('pipeline_stages', stages, trueStages),
  ];
}

function unequal(what: string, have: readonly unknown[], want: readonly unknown[]): readonly string[] {
  return isDeepStrictEqual(sorted(have), sorted(want)) ? [] : [`${what}: ${show(have)} is not ${show(want)}`];
}

function sorted(values: readonly unknown[]): readonly unknown[] {
  return values.map((value) => JSON.stringify(value)).sort();
}

function instantOf(cell: unknown): number {
  return typeof cell === 'string' ? Date.parse(cell.replace(' ', 'T').replace(/\+00$/, 'Z')) : Number.NaN;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
