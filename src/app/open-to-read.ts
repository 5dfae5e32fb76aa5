import { existsSync } from 'node:fs';
import { postgresLimits } from '../warehouse/postgres/index.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { embeddedDirectory, openWarehouse } from './open-warehouse.ts';
import { absentWarehouse } from './read-only-warehouse.ts';

/** The warehouse as far as there is one: the embedded Postgres is not made for a look. */
export async function openToRead(parts: AppParts): Promise<Warehouse> {
  const { settings } = parts;
  if (settings.warehouse !== undefined || existsSync(embeddedDirectory(parts))) return openWarehouse(parts);
  return absentWarehouse(`the embedded Postgres in ${settings.directory}`, postgresLimits);
}
