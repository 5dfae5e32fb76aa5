import type { PlannedWrite } from '../cost.ts';
import type { DictionaryOf } from '../pipeline.ts';
import { askedSensitivities } from '../privacy.ts';
import type { Table } from '../table.ts';
import type { SyncContext } from './context.ts';
import type { DictionaryName } from './dictionary-readers.ts';
import { burst, outlineOf, type Outline } from './estimate.ts';
import { archiveState } from './property-part.ts';

/** Dictionaries are read as a whole: how many rows there will be is told by how many there are. */
export async function estimateDictionary<N extends DictionaryName>(
  pipeline: DictionaryOf<N>,
  context: SyncContext,
): Promise<Outline> {
  const tables = pipeline.tables.map(({ table }) => table);
  const counts = await context.warehouse.rowCounts(tables.map(({ name }) => name));
  const rowsOf = (name: string): number => counts.get(name)?.rows ?? 0;
  const first = rowsOf(tables[0]?.name ?? '');
  const { checkpoint } = await context.warehouse.checkpoint(pipeline.name);
  // Some are replaced object by object.
  const parts = Array.from({ length: partsOf(pipeline.dictionary, context) });
  const write = (table: Table): PlannedWrite => {
    return { kind: 'replace', table, rows: rowsOf(table.name) / parts.length, sample: [] };
  };
  const calls = await callsFor[pipeline.dictionary](context, first);
  return outlineOf(pipeline.name, [
    {
      step: { phase: 'dictionary', records: first, ...(first === 0 && { isAtLeast: true }) },
      calls: burst(calls),
      batches: { times: 1, writes: parts.flatMap(() => tables.map(write)) },
      questions: { times: 2 + 2 * parts.length * tables.length },
      ...(checkpoint === undefined && { newCheckpoints: 1 }),
    },
  ]);
}

function partsOf(name: DictionaryName, { objects }: SyncContext): number {
  const there = objects.filter(({ unavailable }) => unavailable === undefined);
  if (name === 'properties') return there.length;
  return name === 'pipelines' ? there.filter(({ staged }) => staged).length : 1;
}

type CallsFor = (context: SyncContext, rows: number) => number | Promise<number>;

/** Where nothing has vanished. */
const callsFor: { readonly [N in DictionaryName]: CallsFor } = {
  account: () => 1,
  // The living and the archived ones apart.
  owners: (_, rows) => 1 + Math.max(1, Math.ceil(rows / aPage)),
  object_schemas: () => 2,
  teams: () => 1,
  settings_users: (_, rows) => Math.max(1, Math.ceil(rows / aPage)),
  roles: () => 1,
  pipelines: (context) => partsOf('pipelines', context),
  properties: async (context, rows) => {
    const { isDue } = await archiveState(context, 'properties');
    const each = 1 + askedSensitivities(context.settings.privacy).length;
    return partsOf('properties', context) * each * (isDue || rows === 0 ? 2 : 1);
  },
};

const aPage = 100;
