import type { KeywayError } from '../errors.ts';
import type { UsedKey } from '../hubspot/index.ts';
import type { Account } from '../source.ts';
import type { SchemaChange } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import type { DayCheck } from './check-day.ts';
import { checkHubspot } from './check-hubspot.ts';
import type { PipelineScopes, ScopeCheck } from './check-scopes.ts';
import { checkWarehouse } from './check-warehouse.ts';

export interface CheckReport {
  readonly ok: boolean;
  readonly key: KeyCheck;
  readonly account: Account | undefined;
  readonly day: DayCheck | undefined;
  /** Absent where not all pipelines could be looked at. */
  readonly scopes: ScopeCheck | undefined;
  readonly pipelines: readonly PipelineCheck[];
  /** For people: privacy rules that mean nothing, and what cannot be told. */
  readonly doubts: readonly string[];
  readonly warehouse: WarehouseCheck;
  /** What the next sync would create or change. */
  readonly schemaChanges: readonly SchemaChange[];
  /** The first thing that stops a sync, if any. */
  readonly error: KeywayError | undefined;
}

interface KeyCheck {
  readonly ok: boolean;
  /** The setting in which it stands. */
  readonly slot?: string;
  /** Once something has synced here: it is keyed with a secret of the installation. */
  readonly fingerprint?: string;
  readonly problem?: string;
}

export interface PipelineCheck extends PipelineScopes {
  readonly pipeline: string;
  /** Named in the settings. */
  readonly named: boolean;
  readonly readable: boolean;
  readonly problem?: string;
}

interface WarehouseCheck {
  readonly label: string;
  readonly ok: boolean;
  readonly server?: string;
  readonly problems: readonly string[];
}

/** Looks at everything a sync needs, as far as it can get; changes nothing, here or there. */
export async function check(parts: AppParts): Promise<CheckReport> {
  const { tables, usedKey, error: refused, ...hubspot } = await checkHubspot(parts);
  const { account } = hubspot;
  const found = await checkWarehouse(parts, { tables, account });
  const { error: unfit, synced, fingerprintSecret, ...warehouse } = found;
  const error = refused ?? unfit;
  // What a sync would end with 4 for, and what the settings ask for by sensitivity.
  const missed = hubspot.pipelines.some(
    ({ pipeline, named, readable, missing, withheld }) =>
      (!readable && (named || synced.has(pipeline))) || (named && missing.length > 0) || withheld.length > 0,
  );
  return {
    ok: error === undefined && warehouse.warehouse.ok && !missed,
    ...hubspot,
    key: { ...hubspot.key, ...shown(usedKey, fingerprintSecret) },
    ...warehouse,
    error,
  };
}

function shown(key: UsedKey | undefined, secret: string | undefined): Pick<KeyCheck, 'slot' | 'fingerprint'> {
  if (key === undefined) return {};
  return { slot: key.slot, ...(secret === undefined ? {} : { fingerprint: key.fingerprint(secret) }) };
}
