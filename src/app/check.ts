import type { KeywayError } from '../errors.ts';
import type { Account } from '../source.ts';
import type { SchemaChange } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { checkHubspot } from './check-hubspot.ts';
import { checkWarehouse } from './check-warehouse.ts';

export interface CheckReport {
  readonly ok: boolean;
  readonly key: { readonly ok: boolean; readonly fingerprint?: string; readonly problem?: string };
  readonly account: Account | undefined;
  readonly pipelines: readonly PipelineCheck[];
  /** For people: privacy rules that mean nothing, and what cannot be told. */
  readonly doubts: readonly string[];
  readonly warehouse: WarehouseCheck;
  /** What the next sync would create or change. */
  readonly schemaChanges: readonly SchemaChange[];
  /** The first thing that stops a sync, if any. */
  readonly error: KeywayError | undefined;
}

export interface PipelineCheck {
  readonly pipeline: string;
  /** Named in the settings. */
  readonly named: boolean;
  readonly readable: boolean;
  /** Any one of these lets a key read it. */
  readonly scopes: readonly string[];
  readonly problem?: string;
  /** Scopes that it lacks for sensitive values that the settings ask for. */
  readonly withheld: readonly string[];
}

interface WarehouseCheck {
  readonly label: string;
  readonly ok: boolean;
  readonly server?: string;
  readonly problems: readonly string[];
}

/** Looks at everything a sync needs, as far as it can get; changes nothing, here or there. */
export async function check(parts: AppParts): Promise<CheckReport> {
  const { tables, error: refused, ...hubspot } = await checkHubspot(parts);
  const { error: unfit, ...warehouse } = await checkWarehouse(parts, { tables, account: hubspot.account });
  const error = refused ?? unfit;
  const missed = hubspot.pipelines.some(
    ({ named, readable, withheld }) => (named && !readable) || withheld.length > 0,
  );
  return {
    ok: error === undefined && warehouse.warehouse.ok && !missed,
    ...hubspot,
    ...warehouse,
    error,
  };
}
