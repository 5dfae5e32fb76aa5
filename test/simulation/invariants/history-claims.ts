import { completeUpTo } from '../../../src/checkpoint.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import type { World } from '../../support/sync-world.ts';
import { silentRepeats } from '../../support/silent-repeats.ts';
import { isReturned } from '../work.ts';
import type { Broken } from './broken.ts';
import { keepsUp } from './claims.ts';

/**
 * I2 of history. At every commit that raises its claim: it claims no more than the object's rows, and every entry from before
 * that, of records that lived when the process began and live now, and were not restored since, is there, as far as HubSpot has
 * not forgotten it.
 */
export function watchHistoryClaims(world: World, broken: Broken): () => (warehouse: Warehouse) => Warehouse {
  const claimed = new Map<string, number>();
  return () => {
    const [living, since] = [livingVersions(world), world.sandbox.clock.now()];
    return (warehouse) => ({
      ...warehouse,
      async commit(batch) {
        const { pipeline, checkpoint } = batch;
        const object = pipeline.split('/')[1] ?? '';
        const rows = completeUpTo((await warehouse.checkpoint(object)).checkpoint);
        const committed = await warehouse.commit(batch);
        const claim = completeUpTo(checkpoint);
        if (checkpoint.kind !== 'history' || claim === undefined) return committed;
        if (claim <= (claimed.get(pipeline) ?? 0)) return committed;
        claimed.set(pipeline, claim);
        if (rows === undefined || claim > rows) broken(`${pipeline}: claims ${claim}, its rows ${rows}`);
        const question = { object, properties: checkpoint.properties, claim };
        const known = [...(living.get(object) ?? [])];
        const isBack = (id: string): boolean =>
          Date.parse(world.sandbox.world.truth.record(object, id)?.restoredAt ?? '') >= since;
        const ids = known.flatMap(([id, version]) =>
          isReturned(world.sandbox, id, version) || isBack(id) ? [] : [id],
        );
        for (const sentence of await unmet(world, ids, question)) broken(`${pipeline}: ${sentence}`);
        return committed;
      },
    });
  };
}

function livingVersions({ sandbox }: World): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const { truth } = sandbox.world;
  return new Map(
    ['contacts', 'companies', 'deals', 'tickets']
      .filter((object) => keepsUp(sandbox, object))
      .map((object) => {
        const living = [...truth.records(object)].filter(({ state }) => state === 'active');
        return [object, new Map(living.map(({ id, updatedAt }) => [id, Date.parse(updatedAt)]))];
      }),
  );
}

interface Claim {
  readonly object: string;
  readonly properties: readonly string[];
  readonly claim: number;
}

async function unmet(
  { sandbox, tables }: World,
  ids: readonly string[],
  { object, properties, claim }: Claim,
): Promise<readonly string[]> {
  const { truth } = sandbox.world;
  const { historyLength } = sandbox.options.unknowns;
  const stored = new Set(
    (await tables.rows('property_history'))
      .filter((row) => row['object_type'] === object)
      .map((row) => {
        const at = Date.parse(String(row['changed_at']).replace(' ', 'T').replace(/\+00$/, 'Z'));
        return `${String(row['object_id'])} ${String(row['property'])} ${at}`;
      }),
  );
  const found: string[] = [];
  for (const id of ids.filter((each) => truth.record(object, each)?.state === 'active')) {
    for (const property of properties) {
      const entries = truth.history(object, id, property);
      const told = historyLength === 0 ? entries : entries.slice(-historyLength);
      const missing = told.find(({ at }) => at < claim && !stored.has(`${id} ${property} ${at}`));
      if (missing !== undefined && !silentRepeats(sandbox, object, { id, property }).has(missing.at)) {
        found.push(`claimed complete up to ${claim}, but ${id} lacks ${property} at ${missing.at}`);
      }
    }
  }
  return found;
}
