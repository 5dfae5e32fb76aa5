import { KeywayError } from '../errors.ts';
import type { Account } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';

/**
 * Two accounts' records must never meet in one table: ids are only unique within an account. Throws
 * `account_mismatch`.
 */
export async function sameAccount(warehouse: Warehouse, { portalId }: Account): Promise<void> {
  const pinned = await warehouse.portalId();
  if (pinned === undefined || pinned === portalId) return;
  throw new KeywayError(
    'account_mismatch',
    `This key belongs to HubSpot account ${portalId}, but the warehouse holds account ${pinned}. ` +
      `Use a key of account ${pinned}, or sync account ${portalId} beside it: into other schemas (KEYWAY_SCHEMA and KEYWAY_STATE_SCHEMA), or another dataset in KEYWAY_WAREHOUSE.`,
    { details: { portalId, pinned } },
  );
}
