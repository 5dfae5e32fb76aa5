import { existsSync } from 'node:fs';
import { asKeywayError } from '../errors.ts';
import type { StoredColumns } from '../limits.ts';
import type { Account } from '../source.ts';
import type { Table } from '../table.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import type { CheckReport } from './check.ts';
import { embeddedDirectory, openWarehouse } from './open-warehouse.ts';
import { sameAccount } from './same-account.ts';

interface WarehouseCheck extends Pick<CheckReport, 'warehouse' | 'schemaChanges' | 'error'> {
  /** Pipelines that have synced before. */
  readonly synced: ReadonlySet<string>;
  /** Where something has synced before. */
  readonly fingerprintSecret?: string | undefined;
}

const unknown = { schemaChanges: [], synced: new Set<string>() };

/** A table as it should be, given the columns that it has: where not all properties can have one, they decide. */
export interface WantedTable {
  readonly name: string;
  readonly given: (stored: StoredColumns | undefined) => Table;
}

export interface Wanted {
  readonly tables: readonly WantedTable[];
  readonly account: Account | undefined;
}

/** Whether the warehouse can be used, and what the next sync would change in it. */
export async function checkWarehouse(parts: AppParts, wanted: Wanted): Promise<WarehouseCheck> {
  if (parts.settings.warehouse === undefined && !existsSync(embeddedDirectory(parts))) {
    const label = `embedded Postgres under ${parts.settings.directory} (the first sync creates it)`;
    return { ...unknown, warehouse: { label, ok: true, problems: [] }, error: undefined };
  }
  let warehouse: Warehouse | undefined;
  let fingerprintSecret: string | undefined;
  try {
    warehouse = await openWarehouse(parts);
    const health = await warehouse.check();
    // What is wrong is known: asking such a warehouse more would only take long.
    if (!health.ok) return { ...unknown, warehouse: { label: warehouse.label, ...health }, error: undefined };
    fingerprintSecret = await warehouse.fingerprintSecret();
    if (wanted.account !== undefined) await sameAccount(warehouse, wanted.account);
    const tables: Table[] = [];
    for (const { name, given } of wanted.tables) tables.push(given(await warehouse.columns(name)));
    const schemaChanges = await warehouse.differences(tables);
    // Until a sync has begun, Keyway's own tables need not be there.
    const isBegun = (await warehouse.portalId()) !== undefined;
    const synced = new Set(isBegun ? (await warehouse.checkpoints()).keys() : []);
    const label = warehouse.label;
    return { warehouse: { label, ...health }, schemaChanges, synced, fingerprintSecret, error: undefined };
  } catch (thrown) {
    parts.signal.throwIfAborted();
    const error = asKeywayError(thrown);
    const label = warehouse?.label ?? 'the warehouse';
    const problems = [error.message];
    return { ...unknown, warehouse: { label, ok: false, problems }, fingerprintSecret, error };
  } finally {
    await warehouse?.close();
  }
}
