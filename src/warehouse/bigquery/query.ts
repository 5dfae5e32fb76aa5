import { randomUUID } from 'node:crypto';
import { KeywayError } from '../../errors.ts';
import type { Job, JobConfiguration, QueryResults } from './api.ts';
import type { Connection } from './connection.ts';
import { runJob } from './jobs.ts';
import { labelled } from './labels.ts';
import type { Parameters } from './parameters.ts';

export interface Statement {
  readonly sql: string;
  readonly parameters: Parameters;
  /** For error messages. */
  readonly table?: string;
  /** What it is for: a label of the job. */
  readonly purpose: string;
  /** See `JobRequest`. */
  readonly shared?: boolean;
}

/** A cell as the API gives it: every scalar as text. */
export type ResultCell = string | null | readonly string[];
export type ResultRow = Readonly<Record<string, ResultCell>>;

/** All rows of a question's answer. */
export async function select(connection: Connection, statement: Statement): Promise<readonly ResultRow[]> {
  return (await Array.fromAsync(pagesOf(connection, statement, rowsAPage))).flat();
}

/** The rows of a question's answer, as they were when it was asked, so many at a time. */
export async function* pagesOf(
  connection: Connection,
  statement: Statement,
  size: number,
): AsyncGenerator<readonly ResultRow[]> {
  const job = await change(connection, statement);
  yield* resultsOf(connection, job, size);
}

/** Runs a statement that is not a question, or a whole script, under an id of its own unless one is given. */
export function change(
  connection: Connection,
  { sql, parameters, table, purpose, shared = false }: Statement,
  id = `keyway-${purpose}-${randomUUID()}`,
): Promise<Job> {
  const configuration: JobConfiguration = {
    labels: labelled(purpose),
    query: {
      query: sql,
      useLegacySql: false,
      ...(parameters.length === 0 ? {} : { parameterMode: 'NAMED', queryParameters: parameters }),
    },
  };
  return runJob(connection, { id, configuration, shared, ...(table === undefined ? {} : { table }) });
}

/** How many rows a DML statement inserted, updated or deleted. */
export function changedBy({ statistics }: Job): number {
  return Number(statistics?.query?.numDmlAffectedRows ?? 0);
}

export async function* resultsOf(
  connection: Connection,
  { jobReference }: Job,
  size: number,
): AsyncGenerator<readonly ResultRow[]> {
  const location = jobReference?.location ?? (await connection.location());
  let pageToken: string | undefined;
  let received = 0;
  do {
    const page = await connection.request<QueryResults>({
      method: 'GET',
      uri: `/queries/${jobReference?.jobId ?? ''}`,
      query: {
        location,
        maxResults: String(size),
        ...(pageToken === undefined ? {} : { pageToken }),
      },
    });
    const rows = rowsOf(page);
    received += rows.length;
    if (rows.length > 0) yield rows;
    pageToken = page.pageToken;
    if (pageToken === undefined) assertAll(page, received);
  } while (pageToken !== undefined);
}

/** Rows that are taken for all, but are not, would have others deleted. */
function assertAll({ jobComplete, totalRows }: QueryResults, received: number): void {
  if (jobComplete !== false && Number(totalRows ?? received) === received) return;
  throw new KeywayError(
    'warehouse_unavailable',
    `BigQuery gave ${received} rows of an answer that has ${totalRows ?? 'more'}. Keyway tries again at the next run.`,
    { verdict: 'retry' },
  );
}

const rowsAPage = 10_000;

function rowsOf({ schema, rows = [] }: QueryResults): readonly ResultRow[] {
  const names = (schema?.fields ?? []).map(({ name }) => name ?? '');
  return rows.map(({ f = [] }) =>
    Object.fromEntries(names.map((name, place) => [name, cellOf(f[place]?.v)])),
  );
}

function cellOf(value: unknown): ResultCell {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((item: { readonly v?: unknown }) => String(item.v));
  return typeof value === 'string' ? value : JSON.stringify(value);
}
