import { KeywayError } from '../../errors.ts';
import type { WarehouseHealth } from '../../warehouse.ts';
import type { Dataset } from './api.ts';
import type { Connection } from './connection.ts';
import { elsewhere, findDataset, making, type WantedDataset, wantedDatasets } from './datasets.ts';
import { grantOf } from './denial.ts';
import { path } from './identifier.ts';
import { principal } from './principal.ts';
import { lackingFor, lackingOnTables, missing } from './rights.ts';

/** What these credentials lack for a sync, each with what mends it. Only asks: nothing is made, and nothing is billed. */
export async function check(connection: Connection): Promise<WarehouseHealth> {
  const server = connection.place.server;
  try {
    const problems = await examine(connection);
    return { ok: problems.length === 0, server, problems };
  } catch (error) {
    if (!(error instanceof KeywayError) || error.code === 'internal') throw error;
    return { ok: false, server, problems: [error.message] };
  }
}

async function examine(connection: Connection): Promise<readonly string[]> {
  // The first requests: credentials, project and API show by them.
  const hidden = await missing(() => connection.location());
  if (hidden !== undefined) return lackProblems(connection, connection.options.dataset, [hidden]);
  const mayRun = await jobsProblem(connection);
  const problems = mayRun === undefined ? [] : [mayRun];
  for (const wanted of wantedDatasets(connection)) {
    const findings = { wanted, asksJobs: mayRun === undefined };
    problems.push(...(await datasetProblems(connection, findings)));
  }
  return problems;
}

async function jobsProblem(connection: Connection): Promise<string | undefined> {
  const permission = await lackingFor(connection, 'SELECT 1');
  if (permission === undefined) return undefined;
  const { project } = connection.options;
  const { role, command } = grantOf({ permission }, { project, principal: await principal(connection) });
  return `May not run jobs: ${permission} is missing on project ${project}. Grant ${role}: ${command}`;
}

interface Examined {
  readonly wanted: WantedDataset;
  /** Whether questions may be asked by jobs. */
  readonly asksJobs: boolean;
}

async function datasetProblems(
  connection: Connection,
  { wanted, asksJobs }: Examined,
): Promise<readonly string[]> {
  const { project } = connection.options;
  const { name } = wanted;
  let found: Dataset | undefined;
  const hidden = await missing(async () => (found = await findDataset(connection, name)));
  if (hidden === undefined && found === undefined) {
    return asksJobs ? missingDatasetProblems(connection, wanted) : [];
  }
  const location = await connection.location();
  if (found !== undefined && found.location?.toLowerCase() !== location.toLowerCase()) {
    return [elsewhere(name, found.location ?? '?', location).message];
  }
  const create = asksJobs
    ? await lackingFor(connection, `CREATE TABLE ${path(project, name, 'keyway_check')} (id INT64)`)
    : undefined;
  const lacking = [hidden, create, ...(await lackingOnTables(connection, name, neededOnTables(wanted)))];
  return lackProblems(
    connection,
    name,
    lacking.filter((each) => each !== undefined),
  );
}

/** Only tables in which rows wait are ever deleted. */
function neededOnTables({ days }: WantedDataset): readonly string[] {
  const needed = ['get', 'getData', 'update', 'updateData', ...(days === undefined ? [] : ['delete'])];
  return needed.map((each) => `bigquery.tables.${each}`);
}

async function lackProblems(
  connection: Connection,
  dataset: string,
  permissions: readonly string[],
): Promise<readonly string[]> {
  const [permission] = permissions;
  if (permission === undefined) return [];
  const { project } = connection.options;
  const granting = { project, principal: await principal(connection) };
  const { role, command } = grantOf({ permission, dataset }, granting);
  const all = [...new Set(permissions)].join(', ');
  return [`May not do all that is needed in dataset ${dataset}: ${all} missing. Grant ${role}: ${command}`];
}

/** One that is not there is made by the first sync, if that is allowed. */
async function missingDatasetProblems(
  connection: Connection,
  wanted: WantedDataset,
): Promise<readonly string[]> {
  const { project } = connection.options;
  const { name } = wanted;
  const permission = await lackingFor(connection, `CREATE SCHEMA ${path(project, name)}`);
  if (permission === undefined) return [];
  const granting = { project, principal: await principal(connection) };
  const { role, command } = grantOf({ permission: 'bigquery.tables.create', dataset: name }, granting);
  const make = making(connection, wanted, await connection.location());
  return [
    `Dataset ${name} does not exist, and Keyway may not make it: ${permission} is missing on project ${project}. Have somebody make it: ${make} and grant ${role} there: ${command}`,
  ];
}
