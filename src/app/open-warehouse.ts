import { hostname } from 'node:os';
import { isBigquery, stagingDataset } from '../../config/index.ts';
import { openEmbedded } from '../embedded/index.ts';
import type * as bigquery from '../warehouse/bigquery/index.ts';
import { openPostgres, postgresLimits } from '../warehouse/postgres/index.ts';
import type { Warehouse, WarehouseLimits } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { strikeOut } from './log.ts';
import { withoutSecrets } from './without-secrets.ts';

/** The warehouse of the settings, or the embedded Postgres, which is started for as long as it is open. */
export async function openWarehouse(parts: AppParts): Promise<Warehouse> {
  return withoutSecrets(await open(parts), (text) => strikeOut(text, parts.settings, 12));
}

async function open(parts: AppParts): Promise<Warehouse> {
  const { settings, clock, log } = parts;
  const given = settings.warehouse?.reveal();
  if (given !== undefined && isBigquery(given)) return openInBigquery(parts, given);
  const options = {
    schema: settings.schema,
    stateSchema: settings.stateSchema,
    applicationName: 'keyway',
    clock,
    log,
    isAlive,
  };
  if (given !== undefined) return openPostgres({ ...options, url: given });
  const embedded = openEmbedded({ directory: embeddedDirectory(parts), clock, log });
  const { url } = await embedded.start();
  const warehouse = await openPostgres({ ...options, url });
  return {
    ...warehouse,
    async close() {
      try {
        await warehouse.close();
      } finally {
        await embedded.stop();
      }
    },
  };
}

/** What the warehouse of the settings can take: known before it is reached. */
export async function limitsOf({ settings }: Pick<AppParts, 'settings'>): Promise<WarehouseLimits> {
  const isThere = isBigquery(settings.warehouse?.reveal() ?? '');
  return isThere ? (await loadBigquery()).bigqueryLimits : postgresLimits;
}

async function openInBigquery({ settings, clock, log, signal }: AppParts, url: string): Promise<Warehouse> {
  const { openBigquery, placeOf } = await loadBigquery();
  const { stateSchema: stateDataset } = settings;
  const { maximumBytesBilled } = settings.bigquery;
  return openBigquery({
    ...placeOf(url),
    stateDataset,
    stagingDataset: stagingDataset(stateDataset),
    ...(maximumBytesBilled === undefined ? {} : { maximumBytesBilled }),
    clock,
    log,
    stop: signal,
    isAlive,
  });
}

/** Google's client takes long to load: those who sync into Postgres need not wait for it. */
function loadBigquery(): Promise<typeof bigquery> {
  return import('../warehouse/bigquery/index.ts');
}

export function embeddedDirectory({ settings }: Pick<AppParts, 'settings'>): string {
  return `${settings.directory}/postgres`;
}

/** Whether a lease's holder, `host/pid/…`, still runs; a process of another host is taken to. */
function isAlive(holder: string): boolean {
  const [host, pid] = holder.split('/');
  if (host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
