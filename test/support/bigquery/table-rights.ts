import { notUnderstood } from './api-error.ts';
import type { StoredDataset } from './catalog.ts';
import type { Double } from './double.ts';

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/tables/list */
export function listTables({ tables }: StoredDataset, query: URLSearchParams): object {
  const most = Number(query.get('maxResults') ?? 50);
  if (query.has('pageToken')) throw notUnderstood('further pages of tables');
  const listed = [...tables.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, most);
  return {
    kind: 'bigquery#tableList',
    totalItems: tables.size,
    ...(tables.size > most ? { nextPageToken: 'more' } : {}),
    ...(listed.length === 0
      ? {}
      : {
          tables: listed.map(({ id, key, dataset }) => ({
            kind: 'bigquery#table',
            id: key,
            tableReference: { projectId: key.slice(0, key.indexOf(':')), datasetId: dataset.id, tableId: id },
            type: 'TABLE',
          })),
        }),
  };
}

/**
 * Which of these permissions there are on a table; none on one that does not exist.
 * https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/tables/testIamPermissions
 */
export function testPermissions(
  { catalog, permissions }: Double,
  dataset: string,
  { table, body }: { readonly table: string; readonly body: unknown },
): object {
  const name = /^(.+):testIamPermissions$/.exec(table)?.[1];
  if (name === undefined) throw notUnderstood('a POST to a table');
  const { permissions: asked = [] } = body as { permissions?: string[] };
  if (catalog.find(dataset, name) === undefined) return {};
  const held = asked.filter((each) => !permissions.isDenied(each, dataset));
  return held.length === 0 ? {} : { permissions: held };
}
