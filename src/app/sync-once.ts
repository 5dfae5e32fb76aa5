import type { PipelineRun, Progress } from '../run.ts';
import { runPipelines } from '../sync/index.ts';
import { selectInAccount } from './account-objects.ts';
import type { AppParts } from './app.ts';
import { runNeeds } from './key-needs.ts';
import { inRun, type RunReport, type Runner } from './in-run.ts';
import { privacyOf } from './privacy-of.ts';
import { selectPipelines } from './select-pipelines.ts';

export interface SyncRequest {
  /** Empty: all of the settings. */
  readonly pipelines: readonly string[];
  /** Of these, the ones to sync this time; all unless told. */
  readonly isDue?: (pipeline: string) => boolean;
  readonly fullRefresh?: boolean;
  /** Believes HubSpot even if a large part of the records, or of the links, is gone at once. */
  readonly acceptDeletions?: boolean;
  readonly onProgress?: (event: Progress) => void;
}

export interface SyncReport extends RunReport {
  /** Skipped though named, or though it has synced before: worth an exit code. */
  readonly missed: readonly string[];
}

/** One run of the pipelines. */
export async function syncOnce(
  parts: AppParts,
  request: SyncRequest,
  runner: Runner = inRun,
): Promise<SyncReport> {
  const { isDue = () => true } = request;
  // Before the first request, so that a wrong name costs none.
  let selection = selectPipelines(parts.settings, request.pipelines);
  const privacy = privacyOf(parts.settings, selection.objects);
  let before: ReadonlyMap<string, unknown> = new Map();
  const report = await runner(parts, request.pipelines, async (run) => {
    before = await run.warehouse.checkpoints();
    selection = await selectInAccount(parts, run, request.pipelines);
    run.source.require(runNeeds(parts, selection, await run.source.scopes(run.signal)));
    const due = selection.pipelines.filter(({ name }) => isDue(name));
    return runPipelines(due, {
      ...run,
      clock: parts.clock,
      log: parts.log.child({ run: run.runId }),
      settings: {
        ...parts.settings.sync,
        privacy,
        fullRefresh: request.fullRefresh ?? false,
        acceptDeletions: request.acceptDeletions ?? false,
      },
      objects: selection.objects,
      onProgress: request.onProgress ?? (() => undefined),
    });
  });
  const isMissed = ({ outcome, pipeline }: PipelineRun): boolean =>
    (outcome === 'skipped' && (selection.isNamed(pipeline) || before.has(pipeline))) ||
    (outcome === 'partial' && selection.isNamed(pipeline));
  return { ...report, missed: report.pipelines.filter(isMissed).map(({ pipeline }) => pipeline) };
}
