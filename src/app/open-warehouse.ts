import { hostname } from 'node:os';
import { openEmbedded } from '../embedded/index.ts';
import { openPostgres } from '../warehouse/postgres/index.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';

/** The warehouse of the settings, or the embedded Postgres, which is started for as long as it is open. */
export async function openWarehouse(parts: AppParts): Promise<Warehouse> {
  const { settings, clock, log } = parts;
  const options = {
    schema: settings.schema,
    stateSchema: settings.stateSchema,
    applicationName: 'keyway',
    clock,
    log,
    isAlive,
  };
  if (settings.warehouse !== undefined) return openPostgres({ ...options, url: settings.warehouse.reveal() });
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
