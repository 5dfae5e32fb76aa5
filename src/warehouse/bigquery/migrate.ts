import { bigqueryMigrations, migrationsTable, type OwnTable } from '../../../migrations/index.ts';
import { KeywayError } from '../../errors.ts';
import type { TableField } from './api.ts';
import type { Connection } from './connection.ts';
import { ensureDatasets } from './datasets.ts';
import { makeInstallation } from './keys.ts';
import { labelled } from './labels.ts';
import { bind, type Parameters } from './parameters.ts';
import { change, select } from './query.ts';

/** Makes the datasets and brings Keyway's own tables up to date. Done twice at the same time, it comes to the same. */
export async function migrate(connection: Connection): Promise<void> {
  await ensureDatasets(connection);
  await create(connection, migrationsTable);
  const applied = await select(connection, {
    sql: `SELECT name FROM ${connection.own('migrations')}`,
    parameters: [],
    purpose: 'state',
  });
  const names = new Set(applied.map(({ name }) => String(name)));
  const unknown = [...names].filter((name) => bigqueryMigrations.every((each) => each.name !== name));
  if (unknown.length > 0) throw newer(connection, unknown);
  for (const { name, tables } of bigqueryMigrations.filter((each) => !names.has(each.name))) {
    for (const table of tables) await create(connection, table);
    await makeInstallation(connection);
    const parameters: Parameters = [];
    const sql = `INSERT INTO ${connection.own('migrations')} (name, applied_at) VALUES (${bind(parameters, 'STRING', name)}, CURRENT_TIMESTAMP())`;
    await change(connection, { sql, parameters, purpose: 'state' });
  }
}

async function create(connection: Connection, { name, meaning, key, columns }: OwnTable): Promise<void> {
  const { project: projectId, stateDataset: datasetId } = connection.options;
  const fields = columns.map(([column, type, description]): TableField => {
    const element = /^ARRAY<(\w+)>$/.exec(type)?.[1];
    const mode = key.includes(column) ? 'REQUIRED' : 'NULLABLE';
    return {
      name: column,
      type: element ?? type,
      mode: element === undefined ? mode : 'REPEATED',
      description,
    };
  });
  await connection.create({
    uri: `/datasets/${datasetId}/tables`,
    body: {
      tableReference: { projectId, datasetId, tableId: name },
      description: meaning,
      labels: labelled('state'),
      schema: { fields },
      clustering: { fields: [...key] },
      tableConstraints: { primaryKey: { columns: [...key] } },
    },
    table: name,
  });
}

function newer({ options, place }: Connection, unknown: readonly string[]): KeywayError {
  return new KeywayError(
    'warehouse_newer',
    `Dataset ${options.stateDataset} of ${place.server} was written by a newer Keyway. Update Keyway; nothing was touched.`,
    { details: { migrations: unknown } },
  );
}
