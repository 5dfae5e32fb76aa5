import { completeUpTo, type Checkpoint } from '../../../src/checkpoint.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import { instantOf } from '../../support/instant-of.ts';
import type { Broken } from './broken.ts';
import { isReturned } from '../work.ts';
import type { World } from '../../support/sync-world.ts';

const objects = ['contacts', 'companies', 'deals', 'tickets'];

/**
 * I2, I3. At every commit that raises a claim: what a pipeline says it is complete up to holds every record that
 * lived when the process began and lives now, at the version that it had then, or a newer one. And no claim falls, unless
 * a pipeline starts over.
 */
export function watchClaims(world: World, broken: Broken): () => (warehouse: Warehouse) => Warehouse {
  const claimed = new Map<string, Claimed>();
  return () => {
    const { sandbox } = world;
    const startedAt = sandbox.clock.now();
    const known = { claimed, before: new Map(claimed), versions: livingVersions(sandbox), startedAt };
    return watchProcess(world, known, broken);
  };
}

interface Claimed {
  /** Absent while the pipeline is loading. */
  readonly claim?: number;
  /** When it was raised to that; or when the process began that began to load. */
  readonly since: number;
}

interface Known {
  /** By any process, by pipeline. */
  readonly claimed: Map<string, Claimed>;
  /** By those before this one. */
  readonly before: ReadonlyMap<string, Claimed>;
  readonly versions: ReadonlyMap<string, Versions>;
  /** When the process began. */
  readonly startedAt: number;
}

function watchProcess(
  world: World,
  { claimed, before, versions, startedAt }: Known,
  broken: Broken,
): (warehouse: Warehouse) => Warehouse {
  return (warehouse) => ({
    ...warehouse,
    async commit(batch) {
      const committed = await warehouse.commit(batch);
      const { pipeline } = batch;
      const claim = completeUpTo(batch.checkpoint);
      const last = claimed.get(pipeline);
      if (claim === undefined) {
        // It starts over.
        if (last?.claim !== undefined || last === undefined) claimed.set(pipeline, { since: startedAt });
        return committed;
      }
      if (last?.claim !== undefined && claim < last.claim) {
        broken(`${pipeline}: the claim fell from ${last.claim} to ${claim}`);
      }
      if (claim === last?.claim) return committed;
      claimed.set(pipeline, { claim, since: world.sandbox.clock.now() });
      if (last?.claim === undefined || claim > last.claim) {
        const asOf = knownAsOf(batch.checkpoint, claim);
        const since = before.get(pipeline)?.since ?? startedAt;
        const found = await unmet(world, { pipeline, claim, versions: versions.get(pipeline), asOf, since });
        found.forEach((sentence) => broken(sentence));
      }
      return committed;
    },
  });
}

type Versions = ReadonlyMap<string, number>;

/** Where search is later than any claim allows for, only the end can be true: ARCHITECTURE.md, Known gaps. */
export function keepsUp({ options }: Sandbox, object: string): boolean {
  return (options.indexLagOf[object]?.max ?? 0) <= 3_600_000;
}

export function livingVersions(sandbox: Sandbox): ReadonlyMap<string, Versions> {
  return new Map(
    objects
      .filter((object) => keepsUp(sandbox, object))
      .map((object) => [
        object,
        new Map(
          [...sandbox.world.truth.records(object)]
            .filter(({ state }) => state === 'active')
            .map(({ id, updatedAt }) => [id, Date.parse(updatedAt)]),
        ),
      ]),
  );
}

interface Claim {
  readonly pipeline: string;
  readonly claim: number;
  readonly versions: Versions | undefined;
  /** The claim cannot speak of records that came to be later, though they may say that they are older. */
  readonly asOf?: number;
  /** Nor of those that were restored since what it goes by, and so may have been in the bin meanwhile: ARCHITECTURE.md, Known gaps. */
  readonly since?: number;
}

/** What is claimed, and not so. */
export async function unmet(
  world: Pick<World, 'tables' | 'sandbox'>,
  { pipeline, claim, versions, asOf = Number.POSITIVE_INFINITY, since = Number.POSITIVE_INFINITY }: Claim,
): Promise<readonly string[]> {
  if (versions === undefined) return [];
  const rows = await world.tables.rows(pipeline);
  const stored = new Map(rows.map((row) => [String(row['id']), row]));
  const found: string[] = [];
  for (const [id, updatedAt] of versions) {
    const record = world.sandbox.world.truth.record(pipeline, id);
    const isBack = Date.parse(record?.restoredAt ?? '') >= since;
    const still = record?.state === 'active' && Date.parse(record.madeAt) < asOf && !isBack;
    if (!still || updatedAt >= claim || isReturned(world.sandbox, id, updatedAt)) continue;
    const row = stored.get(id);
    const isClosed = row !== undefined && row['_deleted_at'] !== null;
    const have = row === undefined ? 'no row' : isClosed ? 'a closed row' : instantOf(row['_updated_at']);
    if (typeof have === 'string' || have < updatedAt) {
      found.push(`${pipeline} ${id}: claimed complete up to ${claim}, but has ${have}, not ${updatedAt}`);
    }
  }
  return found;
}

/** A claim that an earlier run has prepared speaks of no merge that came after it. */
function knownAsOf(checkpoint: Checkpoint, claim: number): number {
  return checkpoint.kind === 'live' ? (checkpoint.newest?.listedAt ?? claim) : claim;
}
