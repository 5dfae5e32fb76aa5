import type { IdQuery, StoredId } from '../../warehouse.ts';
import { type StoredTable, storedTables } from './catalog.ts';
import type { Connection } from './connection.ts';
import { identifier } from './identifier.ts';
import { instant, milliseconds } from './instant.ts';
import { createdIn, living } from './living.ts';

/** A transaction per chunk: a slow reader holds none open. */
export async function* ids(connection: Connection, query: IdQuery): AsyncGenerator<readonly StoredId[]> {
  const search = await searchOf(connection, query);
  const chunks = isSparse(query) ? gathered(connection, search) : walked(connection, search);
  for await (const chunk of chunks) if (chunk.length > 0) yield chunk;
}

interface Search {
  readonly query: IdQuery;
  readonly target: string;
  readonly shape: Pick<StoredTable, 'columns'>;
}

async function searchOf(connection: Connection, query: IdQuery): Promise<Search> {
  const { schema } = connection;
  const found = await connection.transaction((client) => storedTables(client, schema, [query.table]), {
    readOnly: true,
    table: query.table,
  });
  const shape = found.get(query.table) ?? { columns: new Map() };
  return { query, target: identifier(schema, query.table), shape };
}

/**
 * Whether few rows may answer. No index leads to them, and one would have to be kept up with each row written: so the
 * table is read once for all of them, not once per chunk.
 */
function isSparse({ state, writtenSince, among, created, inExtra }: IdQuery): boolean {
  const narrow = [writtenSince, among, created, inExtra].some((each) => each !== undefined);
  return state === 'archived' || narrow;
}

/** Along the key: each chunk goes on where the last one ended. */
async function* walked(connection: Connection, search: Search): AsyncGenerator<readonly StoredId[]> {
  const { query } = search;
  for (let after = query.after; ;) {
    const values: unknown[] = [];
    const conditions = [...matching(search, values), ...between(after, query.upTo, values)];
    const limit = `limit $${values.push(query.chunk)}`;
    const chunk = await found(connection, search, { conditions, limit, values });
    yield chunk;
    const last = chunk.at(-1);
    if (last === undefined || chunk.length < query.chunk) return;
    after = last.id;
  }
}

/** A slice of the ids in one query, eight bytes each; then a chunk at a time of what is true of them by then. */
async function* gathered(connection: Connection, search: Search): AsyncGenerator<readonly StoredId[]> {
  const { chunk } = search.query;
  for (let after = search.query.after; ;) {
    const slice = await gather(connection, search, after);
    for (let start = 0; start < slice.length; start += chunk) {
      const values: unknown[] = [[...slice.subarray(start, start + chunk)]];
      const conditions = ['t.id = any($1::bigint[])', ...matching(search, values)];
      yield await found(connection, search, { conditions, limit: '', values });
    }
    if (slice.length < largestSlice) return;
    after = String(slice.at(-1));
  }
}

/** Bounds the memory that they take; seldom are there more, so that the table is seldom read twice. */
const largestSlice = 250_000;

function gather(connection: Connection, search: Search, after: string | undefined): Promise<BigInt64Array> {
  const { query, target } = search;
  const values: unknown[] = [];
  const conditions = [...matching(search, values), ...between(after, query.upTo, values)];
  const limit = `limit $${values.push(largestSlice)}`;
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<{ ids: string | null; count: number }>(
        `select string_agg(s.id::text, ',' order by s.id) as ids, count(*)::int as count
           from (select t.id from ${target} t where ${conditions.join(' and ')}
                  order by t.id ${limit}) s`,
        values,
      );
      return numbers(rows[0]?.ids ?? '', rows[0]?.count ?? 0);
    },
    { readOnly: true, table: query.table },
  );
}

/** One by one: a list of as many texts would take ten times the memory of the numbers. */
function numbers(list: string, count: number): BigInt64Array {
  const ids = new BigInt64Array(count);
  let start = 0;
  for (let i = 0; i < count; i++) {
    const comma = list.indexOf(',', start);
    const end = comma < 0 ? list.length : comma;
    ids[i] = BigInt(list.slice(start, end));
    start = end + 1;
  }
  return ids;
}

function matching({ query, shape }: Search, values: unknown[]): readonly string[] {
  const { state, writtenSince, among, created, inExtra } = query;
  return [
    ...(state === 'living' ? [living(shape)] : []),
    ...(state === 'open' ? ['t._deleted_at is null'] : []),
    ...(state === 'archived' ? ['t._deleted_at is null and t._archived'] : []),
    ...(writtenSince === undefined ? [] : [`t._synced_at >= ${instant(values.push(writtenSince))}`]),
    ...(among === undefined ? [] : [`t.id = any($${values.push([...among])}::bigint[])`]),
    ...(created === undefined ? [] : [createdIn(created, values)]),
    ...(inExtra === undefined ? [] : [`t._extra ?| $${values.push([...inExtra])}::text[]`]),
    'true',
  ];
}

function between(after: string | undefined, upTo: string | undefined, values: unknown[]): readonly string[] {
  return [
    ...(after === undefined ? [] : [`t.id > $${values.push(after)}::bigint`]),
    ...(upTo === undefined ? [] : [`t.id <= $${values.push(upTo)}::bigint`]),
  ];
}

interface Selection {
  readonly conditions: readonly string[];
  readonly limit: string;
  readonly values: unknown[];
}

function found(
  connection: Connection,
  { query, target, shape }: Search,
  { conditions, limit, values }: Selection,
): Promise<readonly StoredId[]> {
  const instantOf = (column: string): string =>
    shape.columns.has(column) ? milliseconds(`t.${column}`) : 'null::float8';
  const { fullness } = query;
  const filled = fullness === undefined ? 'null::int' : filledOf(fullness.columns, shape);
  const given = [...values];
  const elsewhere =
    fullness === undefined || !shape.columns.has('_extra')
      ? 'null::boolean'
      : `t._extra ?| $${given.push([...fullness.members])}::text[]`;
  const archived = shape.columns.has('_archived') ? `t._deleted_at is null and t._archived` : 'false';
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<IdRow>(
        `select t.id::text as id, (${living(shape)}) as living, (${archived}) as archived,
                (${empty(query, shape)}) as empty,
                ${instantOf('_updated_at')} as updated_at, ${instantOf('_archived_at')} as archived_at,
                ${filled} as filled, ${elsewhere} as elsewhere
           from ${target} t where ${conditions.join(' and ')} order by t.id ${limit}`,
        given,
      );
      return rows.map(storedId);
    },
    { readOnly: true, table: query.table },
  );
}

function empty({ telling }: IdQuery, { columns }: Search['shape']): string {
  const isEmpty = (names: readonly string[] = []): string => {
    const known = names.filter((name) => columns.has(name));
    if (known.length === 0) return 'null::boolean';
    return known.map((name) => `t.${identifier(name)} is null`).join(' and ');
  };
  if (telling === undefined || !columns.has('_deleted_at')) return isEmpty(telling?.open);
  return `case when t._deleted_at is null then ${isEmpty(telling.open)} else ${isEmpty(telling.closed)} end`;
}

/** A function of Postgres's takes a hundred arguments. */
const mostArguments = 100;

function filledOf(columnNames: readonly string[], shape: Search['shape']): string {
  const columns = columnNames
    .filter((name) => shape.columns.has(name))
    .map((name) => `t.${identifier(name)}`);
  const counts = ['0'];
  for (let at = 0; at < columns.length; at += mostArguments) {
    counts.push(`num_nonnulls(${columns.slice(at, at + mostArguments).join(', ')})`);
  }
  return counts.join(' + ');
}

interface IdRow {
  readonly id: string;
  readonly living: boolean;
  readonly archived: boolean;
  readonly empty: boolean | null;
  readonly updated_at: number | null;
  readonly archived_at: number | null;
  readonly filled: number | null;
  readonly elsewhere: boolean | null;
}

function storedId({
  empty: isEmpty,
  updated_at: updatedAt,
  archived_at: archivedAt,
  filled,
  elsewhere,
  ...row
}: IdRow): StoredId {
  return {
    ...row,
    ...(isEmpty === null ? {} : { empty: isEmpty }),
    ...(updatedAt === null ? {} : { updatedAt }),
    ...(archivedAt === null ? {} : { archivedAt }),
    ...(filled === null ? {} : { fullness: { filled, elsewhere: elsewhere === true } }),
  };
}
