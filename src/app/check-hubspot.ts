import { requireKey } from '../../config/index.ts';
import { asKeywayError, KeywayError } from '../errors.ts';
import { fingerprint, type Hubspot } from '../hubspot/index.ts';
import type { Dictionaries, ObjectPipeline, Pipeline } from '../pipeline.ts';
import type { Privacy } from '../privacy.ts';
import type { Account } from '../source.ts';
import {
  assertNotRefused,
  idleEverywhere,
  idleObjects,
  treatedProperties,
  type TreatedProperties,
} from '../sync/index.ts';
import type { Table } from '../table.ts';
import type { WarehouseLimits } from '../warehouse.ts';
import { mergesTable, objectTable } from '../transform/index.ts';
import { accountObjects } from './account-objects.ts';
import type { AppParts } from './app.ts';
import type { CheckReport, PipelineCheck } from './check.ts';
import type { WantedTable } from './check-warehouse.ts';
import { limitsOf } from './open-warehouse.ts';
import { openSource } from './open-source.ts';
import { privacyOf } from './privacy-of.ts';
import { selectPipelines } from './select-pipelines.ts';

export interface HubspotCheck extends Pick<
  CheckReport,
  'key' | 'account' | 'pipelines' | 'doubts' | 'error'
> {
  readonly tables: readonly WantedTable[];
}

/** Key, account, and what the key may read of each pipeline. */
export async function checkHubspot(parts: AppParts): Promise<HubspotCheck> {
  const privacy = privacyOf(parts.settings, selectPipelines(parts.settings, []).objects);
  const source = openSource(parts);
  const limits = await limitsOf(parts);
  const looking = { source, privacy, limits, signal: parts.signal };
  const key = fingerprint(requireKey(parts.settings).reveal());
  const found = { pipelines: [] as PipelineCheck[], tables: [] as WantedTable[], doubts: [] as string[] };
  const names = new Set<string>();
  let account: Account | undefined;
  try {
    account = await source.account(parts.signal);
    const asking = { ...parts, source, limits, synced: [], requested: [] };
    const selection = selectPipelines(parts.settings, [], await accountObjects(asking));
    for (const pipeline of selection.pipelines) {
      const result = await checkPipeline(looking, pipeline);
      found.pipelines.push({ named: selection.isNamed(pipeline.name), ...result.check });
      found.tables.push(...result.tables);
      found.doubts.push(...(result.treated?.doubts ?? []));
      for (const { name } of result.treated?.properties ?? []) names.add(name);
    }
    const objects = selection.objects.map(({ name }) => name);
    found.doubts.push(...idleObjects(privacy, objects));
    // Of an object that cannot be read, nobody knows the properties.
    if (found.pipelines.every(({ readable }) => readable)) {
      found.doubts.push(...idleEverywhere(privacy, names));
    }
    return { key: { ok: true, fingerprint: key }, account, ...found, error: undefined };
  } catch (thrown) {
    parts.signal.throwIfAborted();
    const error = asKeywayError(thrown);
    // Once it has named its account, the key is not what is wrong.
    const ok = account !== undefined && error.code !== 'key_refused';
    return {
      key: { ok, fingerprint: key, ...(ok ? {} : { problem: error.message }) },
      account,
      ...found,
      error,
    };
  } finally {
    await source.close();
  }
}

interface Looking {
  readonly source: Hubspot;
  readonly privacy: Privacy;
  readonly limits: WarehouseLimits;
  readonly signal: AbortSignal;
}

interface PipelineFindings {
  readonly check: Omit<PipelineCheck, 'named'>;
  readonly tables: readonly WantedTable[];
  readonly treated?: TreatedProperties;
}

async function checkPipeline(looking: Looking, pipeline: Pipeline): Promise<PipelineFindings> {
  const scopes = 'scopes' in pipeline ? pipeline.scopes : [];
  const about = { pipeline: pipeline.name, scopes, withheld: [] };
  try {
    const found = await lookAt(looking, pipeline);
    const withheld = found.treated?.withheld ?? [];
    return { check: { ...about, readable: true, withheld }, ...found };
  } catch (error) {
    if (!(error instanceof KeywayError) || error.verdict !== 'skip') throw error;
    return { check: { ...about, readable: false, problem: error.message }, tables: [] };
  }
}

type Found = Omit<PipelineFindings, 'check'>;

/** Dictionaries with a scope of their own. */
const probes: { readonly [Name in keyof Dictionaries]?: (looking: Looking) => Promise<unknown> } = {
  owners: ({ source, signal }) => source.owners(signal),
  teams: ({ source, signal }) => source.teams(signal),
  settings_users: ({ source, signal }) => source.settingsUsers(signal),
  roles: ({ source, signal }) => source.roles(signal),
  object_schemas: ({ source, signal }) => source.schemas(signal),
};

/** Reading a little of it is the only sure test that a key may. */
async function lookAt(looking: Looking, pipeline: Pipeline): Promise<Found> {
  switch (pipeline.kind) {
    case 'associations':
      return { tables: [pipeline.links, pipeline.types].map(asItIs) };
    case 'history':
      return { tables: [asItIs(pipeline.table)] };
    case 'object':
      return lookAtObject(looking, pipeline);
    case 'lists':
      await looking.source.lists(['1'], looking.signal);
      return { tables: [pipeline.lists, pipeline.memberships].map(asItIs) };
    case 'dictionary':
      await probes[pipeline.dictionary]?.(looking);
      return { tables: pipeline.tables.map(({ table }) => asItIs(table)) };
  }
}

async function lookAtObject(looking: Looking, pipeline: ObjectPipeline): Promise<Found> {
  if (pipeline.unavailable !== undefined) throw pipeline.unavailable;
  const refusal = await looking.source.probe(pipeline.object, looking.signal);
  if (refusal !== undefined) throw refusal;
  const treated = await treatedProperties(looking, pipeline);
  assertNotRefused(treated, pipeline);
  const table: WantedTable = {
    name: pipeline.name,
    given: (stored) => objectTable(pipeline, treated.properties, looking.limits, { stored }).table,
  };
  return { tables: pipeline.merges ? [table, asItIs(mergesTable)] : [table], treated };
}

function asItIs(table: Table): WantedTable {
  return { name: table.name, given: () => table };
}
