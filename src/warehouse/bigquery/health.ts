import { KeywayError } from '../../errors.ts';
import type { WarehouseHealth } from '../../warehouse.ts';
import type { Connection } from './connection.ts';
import { elsewhere, findDataset, wantedDatasets } from './datasets.ts';

/** What these credentials lack for a sync, each with what mends it. */
export async function check(connection: Connection): Promise<WarehouseHealth> {
  const server = connection.place.server;
  try {
    const problems = await datasetProblems(connection);
    return { ok: problems.length === 0, server, problems };
  } catch (error) {
    if (!(error instanceof KeywayError) || error.code === 'internal') throw error;
    return { ok: false, server, problems: [error.message] };
  }
}

async function datasetProblems(connection: Connection): Promise<readonly string[]> {
  const location = await connection.location();
  const problems: string[] = [];
  for (const { name } of wantedDatasets(connection)) {
    const found = await findDataset(connection, name);
    if (found === undefined) continue;
    if (found.location?.toLowerCase() !== location.toLowerCase()) {
      problems.push(elsewhere(name, found.location ?? '?', location).message);
    }
  }
  return problems;
}
