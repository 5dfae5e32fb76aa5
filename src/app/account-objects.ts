import { pipelines } from '../../pipelines/index.ts';
import { asKeywayError, KeywayError } from '../errors.ts';
import { isCustom, type ObjectPipeline } from '../pipeline.ts';
import type { ObjectSchema, Source } from '../source.ts';
import { customObjects } from '../transform/index.ts';
import type { Warehouse, WarehouseLimits } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import {
  knownNames,
  objectsOfParts,
  selectPipelines,
  syncedCustom,
  type AccountObjects,
  type Selection,
} from './select-pipelines.ts';

export interface Asking extends Pick<AppParts, 'log' | 'settings' | 'signal'> {
  readonly source: Source;
  readonly limits: WarehouseLimits;
  /** Pipelines that have synced before. */
  readonly synced: readonly string[];
  /** Those that this run was asked for. */
  readonly requested: readonly string[];
}

/** What a run selects of the account's pipelines, once both ends are open. */
export async function selectInAccount(
  parts: AppParts,
  run: { readonly source: Source; readonly warehouse: Warehouse; readonly signal: AbortSignal },
  requested: readonly string[],
): Promise<Selection> {
  const synced = [...(await run.warehouse.checkpoints()).keys()];
  const asking = { ...parts, ...run, limits: run.warehouse.limits, synced, requested };
  return selectPipelines(parts.settings, requested, await accountObjects(asking));
}

/**
 * What only HubSpot knows of the objects that there are: custom ones, and which of its own are switched off. Where it won't tell,
 * custom objects that have synced before or are named are there, and unavailable for that reason.
 */
export async function accountObjects(asking: Asking): Promise<AccountObjects> {
  const { source, signal } = asking;
  const off = await source.switchedOff(signal);
  return {
    custom: wantsCustom(asking) ? await customOf(asking) : [],
    unavailable: ({ typeId, label }) =>
      typeId !== undefined && off.has(typeId) ? switchedOff(label) : undefined,
  };
}

/** Where the settings name pipelines and none of a custom object, asking for schemas would be in vain. */
function wantsCustom({ settings, requested }: Asking): boolean {
  return settings.pipelines === undefined || [...settings.pipelines, ...requested].some(isCustom);
}

async function customOf({
  source,
  signal,
  log,
  settings,
  limits,
  synced,
  requested,
}: Asking): Promise<readonly ObjectPipeline[]> {
  let schemas: readonly ObjectSchema[];
  try {
    schemas = await source.schemas(signal);
  } catch (thrown) {
    const error = asKeywayError(thrown);
    if (error.verdict === 'stop' || signal.aborted) throw thrown;
    const facts = { code: error.code, reason: error.message };
    log[error.verdict === 'skip' ? 'info' : 'warn'](facts, 'HubSpot does not tell of custom objects');
    const named = [...(settings.pipelines ?? []), ...objectsOfParts(settings)];
    const known = new Set([...synced, ...named, ...requested]);
    return syncedCustom([...known]).map((object) => ({ ...object, unavailable: error }));
  }
  const own = pipelines.filter((pipeline) => pipeline.kind === 'object');
  const taken = [...knownNames.pipelines, ...settings.objects.map(({ name }) => name)];
  return customObjects(schemas, { ...limits, taken, others: [...own, ...settings.objects] });
}

function switchedOff(label: string): KeywayError {
  return new KeywayError(
    'not_available',
    `${label} are switched off in this account. Switch them on in HubSpot under Data management > Data model, or leave them out of pipelines.`,
    { verdict: 'skip' },
  );
}
