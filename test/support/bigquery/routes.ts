import { datasetResource, deleteDataset, insertDataset, listDatasets } from './datasets.ts';
import { notUnderstood } from './api-error.ts';
import type { Double, Incoming, Outgoing } from './double.ts';
import { getJob, getQueryResults, listJobs } from './job-routes.ts';
import { insertJob } from './jobs.ts';
import { patchTable } from './patch-table.ts';
import type { Dataset, Job, Table } from './rest.ts';
import { listTables, testPermissions } from './table-rights.ts';
import { deleteTable, insertTable, tableResource } from './tables.ts';

/** Answers a request; 501 for a route that it does not know. */
export async function answer(double: Double, incoming: Incoming): Promise<Outgoing> {
  const { method, path, project, body } = incoming;
  const { catalog } = double;
  catalog.checkProject(project);
  const [kind, id = '', sub, table, ...more] = path.split('/').map(decodeURIComponent);
  const route = `${method} ${[kind, id && ':id', sub, table && ':table'].filter((part) => part).join('/')}`;
  if (more.length > 0) throw notUnderstood(`the route ${method} ${path}`);
  switch (route) {
    case 'POST datasets':
      double.permissions.check('bigquery.datasets.create');
      return ok(await insertDataset(double, body as Dataset));
    case 'GET datasets':
      return ok(listDatasets(double));
    case 'DELETE datasets/:id':
      await deleteDataset(double, id, incoming.query.get('deleteContents') === 'true');
      return { status: 204 };
    case 'GET datasets/:id':
      double.permissions.check('bigquery.datasets.get', id);
      return ok(datasetResource(double, catalog.dataset(id)));
    case 'GET datasets/:id/tables':
      double.permissions.check('bigquery.tables.list', id);
      return ok(listTables(catalog.dataset(id), incoming.query));
    case 'POST datasets/:id/tables/:table':
      return ok(testPermissions(double, id, { table: table ?? '', body }));
    case 'POST datasets/:id/tables':
      double.permissions.check('bigquery.tables.create', id);
      return ok(await insertTable(double, id, body as Table));
    case 'GET datasets/:id/tables/:table':
      double.permissions.check('bigquery.tables.get', id, table);
      return ok(await tableResource(double, catalog.table(id, table ?? '')));
    case 'PATCH datasets/:id/tables/:table': {
      double.permissions.check('bigquery.tables.update', id, table);
      const etag = incoming.headers['if-match'];
      return ok(
        await patchTable(double, catalog.table(id, table ?? ''), {
          given: body as Table,
          etag: etag?.toString(),
        }),
      );
    }
    case 'DELETE datasets/:id/tables/:table':
      double.permissions.check('bigquery.tables.delete', id, table);
      await deleteTable(double, id, table ?? '');
      return { status: 204 };
    case 'POST jobs':
      return insertJob(double, body as Job);
    case 'GET jobs':
      return listJobs(double, incoming);
    case 'GET jobs/:id':
      return getJob(double, id, incoming);
    case 'GET queries/:id':
      return getQueryResults(double, id, incoming);
  }
  throw notUnderstood(`the route ${method} ${path}`);
}

function ok(body: unknown): Outgoing {
  return { status: 200, body };
}
