import { completeUpTo } from '../checkpoint.ts';
import type { Pipeline } from '../pipeline.ts';
import type { PipelineRun, Run } from '../run.ts';
import type { RowCount, StoredCheckpoint, Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { openWarehouse } from './open-warehouse.ts';
import { selectPipelines } from './select-pipelines.ts';

export interface StatusReport {
  readonly warehouse: string;
  readonly portalId: string | undefined;
  readonly pipelines: readonly PipelineStatus[];
  readonly lastRun: Run | undefined;
}

interface PipelineStatus {
  readonly pipeline: string;
  readonly state: 'never run' | 'loading' | 'live' | 'links' | 'snapshot';
  /** Milliseconds since the epoch, HubSpot's clock. */
  readonly completeUpTo: number | undefined;
  readonly tables: readonly (RowCount & { readonly table: string })[];
  readonly last: PipelineRun | undefined;
}

/** How fresh and how complete each table is. */
export async function status(parts: AppParts): Promise<StatusReport> {
  const warehouse = await openWarehouse(parts);
  try {
    await warehouse.migrate();
    return await read(parts, warehouse);
  } finally {
    await warehouse.close();
  }
}

async function read(parts: AppParts, warehouse: Warehouse): Promise<StatusReport> {
  const { pipelines } = selectPipelines(parts.settings, []);
  const [checkpoints, runs, [lastRun], portalId] = await Promise.all([
    warehouse.checkpoints(),
    warehouse.pipelineRuns(),
    warehouse.runs(1),
    warehouse.portalId(),
  ]);
  const counts = await warehouse.rowCounts(pipelines.flatMap(tablesOf));
  return {
    warehouse: warehouse.label,
    portalId,
    lastRun,
    pipelines: pipelines.map((pipeline) => ({
      pipeline: pipeline.name,
      ...progress(pipeline, checkpoints),
      tables: tablesOf(pipeline).flatMap((table) => {
        const count = counts.get(table);
        return count === undefined ? [] : [{ table, ...count }];
      }),
      last: runs.find(({ last }) => last.pipeline === pipeline.name)?.last,
    })),
  };
}

function tablesOf(pipeline: Pipeline): readonly string[] {
  switch (pipeline.kind) {
    case 'object':
      return [pipeline.name];
    case 'associations':
      return [pipeline.links.name, pipeline.types.name];
    case 'dictionary':
      return pipeline.tables.map(({ table }) => table.name);
  }
}

/** Links are complete as far as the pair that is furthest behind. */
function progress(
  pipeline: Pipeline,
  checkpoints: ReadonlyMap<string, StoredCheckpoint>,
): Pick<PipelineStatus, 'state' | 'completeUpTo'> {
  const names =
    pipeline.kind === 'associations'
      ? pipeline.pairs
          .map(({ from, to }) => `${pipeline.name}/${from}-${to}`)
          .filter((name) => checkpoints.has(name))
      : [pipeline.name];
  const found = names.map((name) => checkpoints.get(name)?.checkpoint).filter((each) => each !== undefined);
  const [first] = found;
  if (first === undefined) return { state: 'never run', completeUpTo: undefined };
  const instants = found.map(completeUpTo);
  const all = instants.filter((instant) => instant !== undefined && instant > 0);
  const complete = all.length === instants.length ? Math.min(...(all as number[])) : undefined;
  return { state: first.kind, completeUpTo: complete };
}
