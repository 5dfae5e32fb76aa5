import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AuthClient, Impersonated, PassThroughClient } from 'google-auth-library';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { silentLog, type Clock } from '../../../src/service.ts';
import { openBigquery } from '../../../src/warehouse/bigquery/index.ts';
import type { Table } from '../../../src/table.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import { startBigqueryDouble, type BigqueryDouble } from '../../support/bigquery/index.ts';
import type { Permission } from '../../support/bigquery/permissions.ts';

const robot = 'keyway@test-project.iam.gserviceaccount.com';
const [rows, state, staging] = ['hubspot', 'hubspot_keyway', 'hubspot_keyway_staging'];
const hurried: Clock = { now: () => Date.now(), sleep: () => Promise.resolve() };

// Of a machine that is none of Google's, its metadata would be asked for in vain.
const { METADATA_SERVER_DETECTION: detection } = process.env;
beforeAll(() => void (process.env['METADATA_SERVER_DETECTION'] = 'none'));
afterAll(() => void (process.env['METADATA_SERVER_DETECTION'] = detection ?? ''));

async function double(): Promise<BigqueryDouble> {
  const started = await startBigqueryDouble();
  onTestFinished(() => started.close());
  return started;
}

/** Credentials that tell their name. */
const named = new Impersonated({ sourceClient: new PassThroughClient(), targetPrincipal: robot });
named.credentials = { access_token: 'token', expiry_date: Date.now() + 86_400_000 };

type Endpoint = Pick<BigqueryDouble, 'url' | 'project'>;

/** Without a location, it is that of the datasets. */
function open(
  { url, project }: Endpoint,
  location = 'EU',
  authClient: AuthClient = named,
): Promise<Warehouse> {
  return openBigquery({
    project,
    dataset: rows,
    stateDataset: state,
    stagingDataset: staging,
    ...(location === '' ? {} : { location }),
    endpoint: url,
    authClient,
    clock: hurried,
    log: silentLog,
  });
}

const people: Table = {
  name: 'people',
  description: 'People',
  key: ['id'],
  columns: [{ name: 'id', type: 'integer', description: 'Id' }],
};

/** A place in which a sync has been, with a table left in each dataset. */
async function used(): Promise<BigqueryDouble> {
  const there = await double();
  const warehouse = await open(there);
  await warehouse.migrate();
  await warehouse.apply(await warehouse.differences([people]), [people]);
  const path = `/bigquery/v2/projects/${there.project}/datasets/${staging}/tables`;
  const body = { tableReference: { tableId: 'left' }, schema: { fields: [{ name: 'id', type: 'INT64' }] } };
  const { status } = await fetch(there.url + path, { method: 'POST', body: JSON.stringify(body) });
  expect(status).toBe(200);
  return there;
}

const onProject = (role: string): string =>
  `gcloud projects add-iam-policy-binding test-project --member="serviceAccount:${robot}" --role=${role} --condition=None`;
const onDataset = (dataset: string): string =>
  `bq query --use_legacy_sql=false 'GRANT \`roles/bigquery.dataEditor\` ON SCHEMA \`test-project.${dataset}\` TO "serviceAccount:${robot}"'`;

/** Requests that could change something: a job without an id is only planned. */
const changing = ({ requests }: BigqueryDouble): string[] =>
  requests
    .filter(({ method, path, jobId }) => {
      if (method === 'GET' || path.endsWith(':testIamPermissions')) return false;
      return !path.endsWith('/jobs') || jobId !== undefined;
    })
    .map(({ method, path }) => `${method} ${path}`);

describe('the check of a place in BigQuery', () => {
  it('finds nothing wrong where all rights are, and runs no job and makes nothing', async () => {
    const there = await double();
    const warehouse = await open(there);
    expect(await warehouse.check()).toEqual({
      ok: true,
      server: 'BigQuery project test-project',
      problems: [],
    });
    expect(changing(there)).toEqual([]);
    expect(await there.sql(`select 1 from duckdb_schemas() where schema_name like 'hubspot%'`)).toEqual([]);
    await warehouse.migrate();
    const before = changing(there);
    expect(await warehouse.check()).toMatchObject({ ok: true, problems: [] });
    expect(changing(there)).toEqual(before);
    expect(before).not.toEqual([]);
  });

  const everywhere: readonly Permission[] = [
    'bigquery.datasets.get',
    'bigquery.tables.create',
    'bigquery.tables.get',
    'bigquery.tables.getData',
    'bigquery.tables.update',
    'bigquery.tables.updateData',
  ];
  it.each([
    ...[rows, state, staging].flatMap((dataset) => everywhere.map((each) => [each, dataset] as const)),
    ['bigquery.tables.delete', staging] as const,
  ])(
    'names %s on %s where that alone is missing, with the role and the command',
    async (permission, dataset) => {
      const there = await used();
      there.permissions.deny(permission, dataset);
      for (const location of ['EU', '']) {
        const { ok, problems } = await (await open(there, location)).check();
        expect(ok).toBe(false);
        expect(problems).toEqual([
          `May not do all that is needed in dataset ${dataset}: ${permission} missing. Grant roles/bigquery.dataEditor: ${onDataset(dataset)}`,
        ]);
      }
    },
  );

  it('gathers what is missing in a dataset, and asks for nothing that a sync does not need', async () => {
    const there = await used();
    for (const each of ['bigquery.tables.delete', 'bigquery.tables.list'] as const) {
      there.permissions.deny(each, rows);
    }
    expect(await (await open(there)).check()).toMatchObject({ ok: true });
    for (const each of ['bigquery.tables.update', 'bigquery.tables.create'] as const) {
      there.permissions.deny(each);
    }
    const { problems } = await (await open(there)).check();
    expect(problems).toHaveLength(3);
    expect(problems[2]).toContain(
      `dataset ${staging}: bigquery.tables.create, bigquery.tables.update missing`,
    );
  });

  it('names the role for jobs, and still tells of the datasets what can be told without one', async () => {
    const there = await used();
    there.permissions.deny('bigquery.jobs.create');
    there.permissions.deny('bigquery.tables.getData', state);
    const { problems } = await (await open(there)).check();
    expect(problems).toEqual([
      `May not run jobs: bigquery.jobs.create is missing on project test-project. Grant roles/bigquery.jobUser: ${onProject('roles/bigquery.jobUser')}`,
      expect.stringContaining(`dataset ${state}: bigquery.tables.getData missing`),
    ]);
  });

  it('says who is to make datasets that are not there, and how', async () => {
    const there = await double();
    there.permissions.deny('bigquery.datasets.create');
    const { problems } = await (await open(there)).check();
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('bigquery.datasets.create is missing on project test-project');
    expect(problems[0]).toContain('bq --location=EU mk --dataset test-project:hubspot and');
    expect(problems[0]).toContain(onDataset(rows));
    expect(problems[2]).toContain(
      `bq --location=EU mk --dataset --default_table_expiration=259200 test-project:${staging} and`,
    );
    expect(await there.sql(`select 1 from duckdb_schemas() where schema_name like 'hubspot%'`)).toEqual([]);
  });

  it('tells of a dataset that is elsewhere', async () => {
    const there = await used();
    const { problems } = await (await open(there, 'US')).check();
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/Dataset hubspot is in EU, but the others are, or the URL says, in US/);
  });

  it('tells of a project that does not exist', async () => {
    const there = await double();
    const { ok, problems } = await (await open({ url: there.url, project: 'nowhere-1' })).check();
    expect([ok, problems.length]).toEqual([false, 1]);
    expect(problems[0]).toMatch(/^There is no project nowhere-1, or these credentials may not see it/);
  });

  it('leaves the account’s name open where the credentials do not tell it', async () => {
    const there = await used();
    there.permissions.deny('bigquery.jobs.create');
    const { problems } = await (await open(there, 'EU', new PassThroughClient())).check();
    expect(problems[0]).toContain('--member="serviceAccount:NAME@PROJECT.iam.gserviceaccount.com"');
  });

  it.each([
    [
      'nobody has given credentials',
      401,
      'required',
      'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
      /does not know who asks. Attach a service account.*GOOGLE_APPLICATION_CREDENTIALS/,
    ],
    [
      'the API is not enabled',
      403,
      'accessNotConfigured',
      'BigQuery API has not been used in project 42 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/bigquery.googleapis.com/overview?project=42 then retry.',
      /gcloud services enable bigquery\.googleapis\.com --project=test-project/,
    ],
  ] as const)('says what to do where %s', async (...[, code, reason, message, expected]) => {
    const server = createServer((_request, response) => {
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code, message, errors: [{ message, reason }] } }));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const client of [named, undefined]) {
      const { ok, problems } = await (await open({ url, project: 'test-project' }, 'EU', client)).check();
      expect([ok, problems.length]).toEqual([false, 1]);
      expect(problems[0]).toMatch(expected);
    }
  });
});
