import { trackedProperties, type HistoryPipeline, type ObjectPipeline } from '../pipeline.ts';
import type { SyncContext } from './context.ts';
import { burst, outlineOf, summed, type EstimatedPart, type Outline, type Outlook } from './estimate.ts';
import { historyName } from './history-run.ts';

/** Rows that are written have their history read; all rows, where a property is new to it. */
export async function estimateHistory(
  pipeline: HistoryPipeline,
  context: SyncContext,
  outlooks: ReadonlyMap<string, Outlook>,
): Promise<Outline> {
  const checkpoints = await context.warehouse.checkpoints();
  const parts = context.objects.flatMap((object) => {
    const outlook = outlooks.get(object.name);
    const wanted = trackedProperties(pipeline, object);
    if (outlook === undefined || wanted.length === 0) return [];
    const checkpoint = checkpoints.get(historyName(pipeline, object))?.checkpoint;
    const known = checkpoint?.kind === 'history' && !context.settings.fullRefresh ? checkpoint : undefined;
    const isNew = known === undefined || known.complete === undefined;
    const records = isNew ? outlook.rows : outlook.written;
    const part = partOf(pipeline, { context, object, records, archived: outlook.archived });
    return checkpoint === undefined ? { ...part, newCheckpoints: 1 } : part;
  });
  const outline = outlineOf(pipeline.name, parts);
  return { ...outline, steps: summed(outline.steps) };
}

interface Asked {
  readonly context: SyncContext;
  readonly object: ObjectPipeline;
  readonly records: number;
  readonly archived: number;
}

function partOf(pipeline: HistoryPipeline, { context, object, records, archived }: Asked): EstimatedPart {
  const { historyIds } = context.source.limits;
  // The living and the archived ones are asked for apart.
  const questions = Math.ceil((records - archived) / historyIds) + Math.ceil(archived / historyIds);
  const rows = records * trackedProperties(pipeline, object).length;
  return {
    step: { phase: 'history', records },
    // Its definitions are read before, and once more if anything was asked for.
    calls: burst(questions + (questions > 0 ? 2 : 1)),
    batches: {
      times: Math.max(1, Math.ceil(rows / context.warehouse.limits.rows)),
      writes: rows === 0 ? [] : [{ kind: 'upsert', table: pipeline.table, rows, sample: [] }],
    },
    questions: { table: pipeline.table.name, times: 2 + questions },
  };
}
