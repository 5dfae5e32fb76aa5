import { hostname } from 'node:os';
import { openEmbedded } from '../embedded/index.ts';
import { openPostgres } from '../warehouse/postgres/index.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';

/** The warehouse of the settings, or the embedded Postgres, which is started for as long as it is open. */
export async function openWarehouse(parts: AppParts): Promise<Warehouse> {
  const { settings, clock, log } = parts;
  const url = settings.warehouse?.reveal();
  if (url !== undefined && /^bigquery:/i.test(url)) return openInBigquery(parts, url);
  const options = {
    schema: settings.schema,
    stateSchema: settings.stateSchema,
    applicationName: 'keyway',
    clock,
    log,
    isAlive,
  };
  if (url !== undefined) return openPostgres({ ...options, url });
  const embedded = openEmbedded({ directory: embeddedDirectory(parts), clock, log });
  const started = await embedded.start();
  const warehouse = await openPostgres({ ...options, url: started.url });
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

/** Google's client takes long to load: only who needs it waits for it. */
async function openInBigquery({ settings, clock, log }: AppParts, url: string): Promise<Warehouse> {
  const { openBigquery, placeOf } = await import('../warehouse/bigquery/index.ts');
  const { maximumBytesBilled } = settings.bigquery;
  return openBigquery({
    ...placeOf(url),
    stateDataset: settings.stateSchema,
    stagingDataset: `${settings.stateSchema}_staging`,
    ...(maximumBytesBilled !== undefined && { maximumBytesBilled }),
    clock,
    log,
    isAlive,
  });
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
