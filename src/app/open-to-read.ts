import { existsSync } from 'node:fs';
import { postgresLimits } from '../warehouse/postgres/index.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { embeddedDirectory, openWarehouse } from './open-warehouse.ts';
import { absentWarehouse } from './read-only-warehouse.ts';

/** The warehouse as far as there is one: the embedded Postgres is not made for a look. */
export async function openToRead(parts: AppParts): Promise<Warehouse> {
  if (isThere(parts)) return openWarehouse(parts);
  return absentWarehouse(`the embedded Postgres in ${parts.settings.directory}`, postgresLimits);
}

/** Whether there is one: the embedded Postgres is made by what first writes. */
export function isThere(parts: Pick<AppParts, 'settings'>): boolean {
  return parts.settings.warehouse !== undefined || existsSync(embeddedDirectory(parts));
}
