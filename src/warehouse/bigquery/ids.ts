import type { IdQuery, StoredId } from '../../warehouse.ts';
import { isEmpty, isFilled, type TypedColumn } from './cells.ts';
import { has, storedTable, type StoredTable } from './catalog.ts';
import type { Connection } from './connection.ts';
import type { IdCursors } from './id-cursors.ts';
import { columnName } from './identifier.ts';
import { instant, milliseconds } from './instant.ts';
import { hasMember } from './json.ts';
import { createdIn, living } from './living.ts';
import { bind, bindArray, type Parameters } from './parameters.ts';
import { pagesOf, type ResultRow, type Statement } from './query.ts';

/** One question, whose answer BigQuery keeps while it is read a chunk at a time: each further question would bill the table anew. */
export async function* ids(
  { connection, cursors }: IdTables,
  query: IdQuery,
): AsyncGenerator<readonly StoredId[]> {
  const { after, upTo, ...question } = query;
  // Where a stretch ends, another begins.
  if (upTo === undefined && after === undefined) yield* asked(connection, query);
  else {
    const ask = (from: string | undefined): AsyncIterable<readonly StoredId[]> =>
      asked(connection, { ...question, ...(from !== undefined && { after: from }) });
    yield* cursors.read(JSON.stringify(question), { after, upTo }, ask);
  }
}

export interface IdTables {
  readonly connection: Connection;
  readonly cursors: IdCursors;
}

async function* asked(connection: Connection, query: IdQuery): AsyncGenerator<readonly StoredId[]> {
  const stored = await storedTable(connection, query.table);
  if (stored === undefined) return;
  const statement = idsStatement(connection.table(query.table), stored, query);
  for await (const rows of pagesOf(connection, statement, rowsAPage)) {
    for (let at = 0; at < rows.length; at += query.chunk) {
      yield rows.slice(at, at + query.chunk).map(storedId);
    }
  }
}

/** A page costs a request, whatever is on it. */
const rowsAPage = 10_000;

function idsStatement(target: string, stored: StoredTable, query: IdQuery): Statement {
  const parameters: Parameters = [];
  const conditions = matching(query, stored, parameters);
  const instantOf = (column: string): string =>
    has(stored, column) ? milliseconds(`t.${column}`) : 'CAST(NULL AS INT64)';
  const { fullness } = query;
  const elsewhere =
    fullness === undefined || !has(stored, '_extra') ? 'FALSE' : hasMember('t._extra', fullness.members);
  const archived = has(stored, '_archived') ? 't._deleted_at IS NULL AND t._archived' : 'FALSE';
  const sql = [
    `SELECT CAST(t.id AS STRING) AS id, (${living(stored)}) AS living, (${archived}) AS archived,`,
    `(${empty(query, stored)}) AS empty,`,
    `${instantOf('_updated_at')} AS updated_at, ${instantOf('_archived_at')} AS archived_at,`,
    `${fullness === undefined ? 'CAST(NULL AS INT64)' : filledOf(fullness.columns, stored)} AS filled, (${elsewhere}) AS elsewhere`,
    `FROM ${target} AS t WHERE ${conditions.join(' AND ')} ORDER BY t.id`,
  ].join(' ');
  return { sql, parameters, table: query.table, purpose: 'read' };
}

function matching(query: IdQuery, stored: StoredTable, parameters: Parameters): readonly string[] {
  const { state, after, upTo, writtenSince, among, created, inExtra } = query;
  return [
    ...(state === 'living' ? [living(stored)] : []),
    ...(state === 'open' ? ['t._deleted_at IS NULL'] : []),
    ...(state === 'archived' ? ['t._deleted_at IS NULL AND t._archived'] : []),
    ...(after === undefined ? [] : [`t.id > ${bind(parameters, 'INT64', after)}`]),
    ...(upTo === undefined ? [] : [`t.id <= ${bind(parameters, 'INT64', upTo)}`]),
    ...(writtenSince === undefined ? [] : [`t._synced_at >= ${instant(parameters, writtenSince)}`]),
    ...(among === undefined ? [] : [`t.id IN UNNEST(${bindArray(parameters, 'INT64', among)})`]),
    ...(created === undefined ? [] : [createdIn(created, parameters)]),
    ...(inExtra === undefined ? [] : [`(${hasMember('t._extra', inExtra)})`]),
    'TRUE',
  ];
}

function empty({ telling }: IdQuery, stored: StoredTable): string {
  const isBlank = (names: readonly string[] = []): string => {
    const known = knownOf(names, stored);
    return known.length === 0 ? 'CAST(NULL AS BOOL)' : known.map((column) => isEmpty(column)).join(' AND ');
  };
  if (telling === undefined || !has(stored, '_deleted_at')) return isBlank(telling?.open);
  return `CASE WHEN t._deleted_at IS NULL THEN ${isBlank(telling.open)} ELSE ${isBlank(telling.closed)} END`;
}

function filledOf(names: readonly string[], stored: StoredTable): string {
  return sum(knownOf(names, stored).map((column) => `IF(${isFilled(column)}, 1, 0)`));
}

/** By halves: a plain chain of so many would be nested as deep, which an analyser refuses. */
function sum(terms: readonly string[]): string {
  if (terms.length < 2) return terms[0] ?? '0';
  const middle = Math.ceil(terms.length / 2);
  return `(${sum(terms.slice(0, middle))} + ${sum(terms.slice(middle))})`;
}

function knownOf(names: readonly string[], { columns }: StoredTable): readonly TypedColumn[] {
  return names.flatMap((name) => {
    const stored = columns.get(columnName(name));
    return stored === undefined ? [] : [{ name, type: stored.type }];
  });
}

function storedId(row: ResultRow): StoredId {
  const { id, living: alive, archived, empty: blank, updated_at, archived_at, filled, elsewhere } = row;
  const isSet = (value: ResultRow[string] | undefined): value is string => typeof value === 'string';
  return {
    id: String(id),
    living: alive === 'true',
    archived: archived === 'true',
    ...(isSet(blank) ? { empty: blank === 'true' } : {}),
    ...(isSet(updated_at) ? { updatedAt: Number(updated_at) } : {}),
    ...(isSet(archived_at) ? { archivedAt: Number(archived_at) } : {}),
    ...(isSet(filled) ? { fullness: { filled: Number(filled), elsewhere: elsewhere === 'true' } } : {}),
  };
}
