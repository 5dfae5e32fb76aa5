import { backfilled } from '../backfill.ts';
import { completeUpTo, type BackfillCheckpoint, type Checkpoint } from '../checkpoint.ts';
import { trackedProperties, type ObjectPipeline, type Pipeline } from '../pipeline.ts';
import type { PipelineRun, Run } from '../run.ts';
import type { RowCount, StoredCheckpoint, StoredReconciliation, Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { openWarehouse } from './open-warehouse.ts';
import { selectPipelines, syncedCustom, type Selection } from './select-pipelines.ts';
import { tablesOf } from './tables-of.ts';

export interface StatusReport {
  readonly warehouse: string;
  readonly portalId: string | undefined;
  readonly pipelines: readonly PipelineStatus[];
  readonly lastRun: Run | undefined;
  /** Those that were begun and are not finished: the same command goes on with it. */
  readonly backfills: readonly UnfinishedBackfill[];
}

type UnfinishedBackfill = Omit<BackfillCheckpoint, 'kind' | 'position' | 'afterId' | 'gone'> & {
  readonly pipeline: string;
};

interface PipelineStatus {
  readonly pipeline: string;
  readonly state: 'never run' | 'loading' | 'live' | 'snapshot';
  /** Milliseconds since the epoch, HubSpot's clock, as all of these: every change before it is in. */
  readonly completeUpTo: number | undefined;
  /** Changes up to then were read, but for those that HubSpot's search may have shown too late. */
  readonly freshUpTo: number | undefined;
  /** When an object's recycle bin was last read. */
  readonly binReadAt: number | undefined;
  /** What no timestamp shows is in up to then: calculated values of an object; changed links, whatever their records. */
  readonly sweptUpTo: number | undefined;
  /** The last comparison with HubSpot. */
  readonly reconciled: StoredReconciliation | undefined;
  readonly tables: readonly (RowCount & { readonly table: string })[];
  readonly last: PipelineRun | undefined;
}

/** How fresh and how complete each table is. */
export async function status(parts: AppParts): Promise<StatusReport> {
  const warehouse = await openWarehouse(parts);
  try {
    await warehouse.migrate();
    return await readStatus(parts, warehouse);
  } finally {
    await warehouse.close();
  }
}

export async function readStatus(parts: AppParts, warehouse: Warehouse): Promise<StatusReport> {
  const [checkpoints, runs, [lastRun], portalId, reconciliations] = await Promise.all([
    warehouse.checkpoints(),
    warehouse.pipelineRuns(),
    warehouse.runs(1),
    warehouse.portalId(),
    warehouse.reconciliations(),
  ]);
  const { pipelines, objects } = synced(parts, [...checkpoints.keys()]);
  const counts = await warehouse.rowCounts(pipelines.flatMap(tablesOf));
  return {
    warehouse: warehouse.label,
    portalId,
    lastRun,
    backfills: [...checkpoints].flatMap(([name, { checkpoint }]) => unfinished(name, checkpoint)),
    pipelines: pipelines.map((pipeline) => ({
      pipeline: pipeline.name,
      ...progress(pipeline, objects, checkpoints),
      reconciled: reconciliations.find((each) => each.pipeline === pipeline.name),
      tables: tablesOf(pipeline).flatMap((table) => {
        const count = counts.get(table);
        return count === undefined ? [] : [{ table, ...count }];
      }),
      last: runs.find(({ last }) => last.pipeline === pipeline.name)?.last,
    })),
  };
}

function unfinished(name: string, checkpoint: Checkpoint | undefined): readonly UnfinishedBackfill[] {
  const pipeline = backfilled(name);
  if (checkpoint?.kind !== 'backfill' || pipeline === undefined) return [];
  if (checkpoint.finishedAt !== undefined) return [];
  const { kind: _kind, position: _position, afterId: _afterId, gone: _gone, ...told } = checkpoint;
  return [{ pipeline, ...told }];
}

/** Custom objects are those that have synced: HubSpot is not asked. */
export function synced({ settings }: Pick<AppParts, 'settings'>, checkpoints: readonly string[]): Selection {
  return selectPipelines(settings, [], { custom: syncedCustom(checkpoints) });
}

type Progress = Pick<PipelineStatus, 'state' | 'completeUpTo' | 'freshUpTo' | 'binReadAt' | 'sweptUpTo'>;

/** Links and history are as far as the pair or the object that is furthest behind. */
export function progress(
  pipeline: Pipeline,
  objects: readonly ObjectPipeline[],
  stored: ReadonlyMap<string, StoredCheckpoint>,
): Progress {
  const claims = claimsOf(pipeline, objects);
  const parts = claims.map(({ name }) => stored.get(name)?.checkpoint).filter((each) => each !== undefined);
  const upTo = claims
    .filter(({ name }) => stored.get(name)?.checkpoint !== undefined)
    .flatMap(({ name, rows = name }) =>
      [name, rows].map((each) => completeUpTo(stored.get(each)?.checkpoint)),
    );
  return {
    state: stateOf(parts[0]),
    completeUpTo: earliest(upTo),
    freshUpTo: earliest(parts.map((part) => (part.kind === 'live' ? part.watermark : completeUpTo(part)))),
    binReadAt: earliest(parts.map((part) => ('bin' in part ? part.bin?.startedAt : undefined))),
    sweptUpTo: earliest(parts.map((part) => ('swept' in part ? part.swept : undefined))),
  };
}

interface Claim {
  /** The checkpoint's. */
  readonly name: string;
  /** The checkpoint of the rows that it follows: it is no further than they are. */
  readonly rows?: string;
}

function claimsOf(pipeline: Pipeline, objects: readonly ObjectPipeline[]): readonly Claim[] {
  switch (pipeline.kind) {
    case 'associations':
      return pipeline.pairs.map(({ from, to }) => ({ name: `${pipeline.name}/${from}-${to}` }));
    case 'history':
      return objects
        .filter((object) => trackedProperties(pipeline, object).length > 0)
        .map(({ name }) => ({ name: `${pipeline.name}/${name}`, rows: name }));
    default:
      return [{ name: pipeline.name }];
  }
}

function stateOf(checkpoint: Checkpoint | undefined): PipelineStatus['state'] {
  if (checkpoint === undefined) return 'never run';
  switch (checkpoint.kind) {
    case 'columns':
    case 'rules':
    case 'backfill':
      return 'never run';
    case 'links':
      return checkpoint.swept === undefined ? 'loading' : 'live';
    case 'history':
      return checkpoint.complete === undefined ? 'loading' : 'live';
    case 'lists':
      return checkpoint.completeUpTo === undefined ? 'loading' : 'live';
    default:
      return checkpoint.kind;
  }
}

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length === instants.length && known.length > 0 ? Math.min(...known) : undefined;
}
