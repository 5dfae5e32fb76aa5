import { KeywayError } from '../errors.ts';
import type { Hubspot } from '../hubspot/index.ts';
import type { Dictionaries, ObjectPipeline, Pipeline } from '../pipeline.ts';
import type { Privacy } from '../privacy.ts';
import { assertNotRefused, treatedProperties, type TreatedProperties } from '../sync/index.ts';
import type { Table } from '../table.ts';
import { mergesTable, objectTable } from '../transform/index.ts';
import type { WarehouseLimits } from '../warehouse.ts';
import type { WantedTable } from './check-warehouse.ts';

export interface Looking {
  readonly source: Hubspot;
  readonly privacy: Privacy;
  readonly limits: WarehouseLimits;
  readonly signal: AbortSignal;
}

/** What reading a little of a pipeline has shown. */
export interface Look {
  readonly pipeline: Pipeline;
  /** Why it cannot be read. */
  readonly refusal?: KeywayError;
  readonly tables: readonly WantedTable[];
  /** Of an object that can be read. */
  readonly treated?: TreatedProperties;
}

/** Reading a little of it is the only sure test that a key may. Throws what is not about this pipeline alone. */
export async function lookAt(looking: Looking, pipeline: Pipeline): Promise<Look> {
  try {
    return { pipeline, ...(await glance(looking, pipeline)) };
  } catch (error) {
    if (!(error instanceof KeywayError) || error.verdict !== 'skip') throw error;
    return { pipeline, refusal: error, tables: [] };
  }
}

type Found = Pick<Look, 'tables' | 'treated'>;

/** Dictionaries with a scope of their own. */
const probes: { readonly [Name in keyof Dictionaries]?: (looking: Looking) => Promise<unknown> } = {
  owners: ({ source, signal }) => source.owners(signal),
  teams: ({ source, signal }) => source.teams(signal),
  settings_users: ({ source, signal }) => source.settingsUsers(signal),
  roles: ({ source, signal }) => source.roles(signal),
  object_schemas: ({ source, signal }) => source.schemas(signal),
};

async function glance(looking: Looking, pipeline: Pipeline): Promise<Found> {
  switch (pipeline.kind) {
    case 'associations':
      return { tables: [pipeline.links, pipeline.types].map(asItIs) };
    case 'history':
      return { tables: [asItIs(pipeline.table)] };
    case 'object':
      return glanceAtObject(looking, pipeline);
    case 'lists':
      await looking.source.lists(['1'], looking.signal);
      return { tables: [pipeline.lists, pipeline.memberships].map(asItIs) };
    case 'dictionary':
      await probes[pipeline.dictionary]?.(looking);
      return { tables: pipeline.tables.map(({ table }) => asItIs(table)) };
  }
}

async function glanceAtObject(looking: Looking, pipeline: ObjectPipeline): Promise<Found> {
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
