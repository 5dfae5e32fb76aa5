import { runPipelines } from '../sync/index.ts';
import type { AppParts } from './app.ts';
import { inRun, type RunReport, type Runner } from './in-run.ts';
import { missedAmong, type Wanted } from './missed.ts';
import { privacyOf } from './privacy-of.ts';
import { selectPipelines } from './select-pipelines.ts';
import { workOfRun, type WorkRequest } from './work-of-run.ts';

export interface SyncRequest extends WorkRequest {
  /** Of these, the ones to sync this time; all unless told. */
  readonly isDue?: (pipeline: string) => boolean;
  readonly fullRefresh?: boolean;
}

export interface SyncReport extends RunReport {
  /** Skipped though named, or though synced before, or incomplete though named: worth an exit code. */
  readonly missed: readonly string[];
}

/** One run of the pipelines. */
export async function syncOnce(
  parts: AppParts,
  request: SyncRequest,
  runner: Runner = inRun,
): Promise<SyncReport> {
  const { isDue = () => true, fullRefresh = false } = request;
  // Before the first request, so that a wrong name costs none.
  let selection = selectPipelines(parts.settings, request.pipelines);
  const privacy = privacyOf(parts.settings, selection.objects);
  let before: Wanted['before'] = new Map();
  const report = await runner(parts, request.pipelines, async (run) => {
    before = await run.warehouse.checkpoints();
    const work = await workOfRun(parts, run, { request, privacy, fullRefresh });
    selection = work.selection;
    return runPipelines(
      selection.pipelines.filter(({ name }) => isDue(name)),
      work.context,
    );
  });
  return { ...report, missed: missedAmong(report.pipelines, { selection, before }) };
}
