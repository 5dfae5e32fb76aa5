import { KeywayError } from '../errors.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import type { Reconciliation } from '../run.ts';
import { reconcileObject, runPipelines } from '../sync/index.ts';
import type { AppParts } from './app.ts';
import { inRun, type RunReport } from './in-run.ts';
import { missedAmong, type Wanted } from './missed.ts';
import { privacyOf } from './privacy-of.ts';
import { selectPipelines, type Selection } from './select-pipelines.ts';
import { workOfRun, type WorkRequest } from './work-of-run.ts';

/** Pipelines are objects. */
export interface ReconcileRequest extends WorkRequest {
  /** Reports what differs and mends nothing. */
  readonly checkOnly?: boolean;
  /** Compares every id and version, not only ids where counts differ. */
  readonly deep?: boolean;
}

export interface ReconcileReport extends RunReport {
  readonly reconciliations: readonly Reconciliation[];
  /** Not compared though named, or though synced before; all, where none was. */
  readonly missed: readonly string[];
}

/** One comparison of HubSpot with the warehouse, object after object, so that each one's cost is its own. */
export async function reconcile(parts: AppParts, request: ReconcileRequest): Promise<ReconcileReport> {
  // Before the first request, so that a wrong name costs none.
  let selection = selectPipelines(parts.settings, request.pipelines);
  const privacy = privacyOf(parts.settings, selection.objects);
  onlyObjects(request.pipelines, selection);
  const reconciliations: Reconciliation[] = [];
  let before: Wanted['before'] = new Map();
  const report = await inRun(parts, request.pipelines, async (run) => {
    before = await run.warehouse.checkpoints();
    const work = await workOfRun(parts, run, { request, privacy, concurrency: 1 });
    selection = work.selection;
    return runPipelines<ObjectPipeline>(
      selection.pipelines.filter((pipeline) => pipeline.kind === 'object'),
      work.context,
      (pipeline, context) =>
        reconcileObject(pipeline, context, {
          repair: request.checkOnly !== true,
          deep: request.deep ?? false,
          onReconciled: (reconciliation) => reconciliations.push(reconciliation),
        }),
    );
  });
  return {
    ...report,
    reconciliations,
    missed: missedAmong(report.pipelines, { selection, before }),
  };
}

function onlyObjects(requested: readonly string[], { pipelines }: Selection): void {
  const names = new Set(pipelines.filter(({ kind }) => kind === 'object').map(({ name }) => name));
  const other = requested.find((name) => !names.has(name));
  if (other === undefined) return;
  throw new KeywayError(
    'unknown_pipeline',
    `${other} has no records to count: keyway sync ${other} reads it as a whole. Objects can be reconciled, such as contacts.`,
  );
}
