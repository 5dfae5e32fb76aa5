import { KeywayError } from '../../errors.ts';
import type { JobConfiguration } from './api.ts';
import type { Connection } from './connection.ts';

/**
 * The permission that a statement lacks, if any: it is planned, not run (BigQuery docs, Run a query, Dry run), and planning
 * asks for all that running it needs.
 */
export async function lackingFor(connection: Connection, statement: string): Promise<string | undefined> {
  const { project } = connection.options;
  const configuration: JobConfiguration = { dryRun: true, query: { query: statement, useLegacySql: false } };
  const jobReference = { projectId: project, location: await connection.location() };
  return missing(() =>
    connection.request({ method: 'POST', uri: '/jobs', body: { jobReference, configuration } }),
  );
}

/** The permission that a request was refused for; nothing when it was answered. */
export async function missing(request: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await request();
    return undefined;
  } catch (error) {
    const permission = error instanceof KeywayError ? error.details['permission'] : undefined;
    if (typeof permission !== 'string') throw error;
    return permission;
  }
}

interface TableList {
  readonly tables?: readonly {
    readonly tableReference: { readonly tableId: string };
    readonly type?: string;
  }[];
}

/** Which of the permissions are missing on any of a dataset's tables, as far as there are tables. */
export async function lackingOnTables(
  connection: Connection,
  dataset: string,
  permissions: readonly string[],
): Promise<readonly string[]> {
  const names = await someTables(connection, dataset);
  const held = await Promise.all(
    names.map((name) => heldOn(connection, `${dataset}/tables/${name}`, permissions)),
  );
  return permissions.filter((permission) => held.some((each) => !each.includes(permission)));
}

/** The first ones; none where they may not be listed, which a sync never does. */
async function someTables(connection: Connection, dataset: string): Promise<readonly string[]> {
  const list: TableList = {};
  const request = { method: 'GET', uri: `/datasets/${dataset}/tables`, query: { maxResults: '20' } } as const;
  await missing(async () => Object.assign(list, await connection.request<TableList>(request)));
  return (list.tables ?? [])
    .filter(({ type = 'TABLE' }) => type === 'TABLE')
    .map(({ tableReference }) => tableReference.tableId);
}

/** Google warns that an answer may name more than there is: what it does not name is missing. */
async function heldOn(
  connection: Connection,
  table: string,
  permissions: readonly string[],
): Promise<readonly string[]> {
  const answer = await connection.find<{ readonly permissions?: readonly string[] }>({
    method: 'POST',
    uri: `/datasets/${table}:testIamPermissions`,
    body: { permissions },
  });
  // It was dropped meanwhile.
  return answer === undefined ? permissions : (answer.permissions ?? []);
}
