import {
  addCalls,
  timeOf,
  totalCalls,
  type Calls,
  type Pace,
  type PlannedRun,
  type WarehouseUsage,
} from '../cost.ts';
import type { Account, Source } from '../source.ts';
import type { BackfillRequest } from '../backfill.ts';
import { estimateBackfill, estimatePipelines, type Estimate } from '../sync/index.ts';
import { selectInAccount } from './account-objects.ts';
import type { AppParts } from './app.ts';
import { openToLook } from './known-keys.ts';
import { lookAround } from './look-around.ts';
import { openToRead } from './open-to-read.ts';
import { privacyOf } from './privacy-of.ts';
import { readOnly } from './read-only-warehouse.ts';
import { sameAccount } from './same-account.ts';
import { selectPipelines } from './select-pipelines.ts';
import { atBackfillShare, backfilledObjects, hangingOn } from './backfill.ts';
import type { SyncRequest } from './sync-once.ts';

/** What a sync would do, and about what it would take. */
export interface DryRunReport {
  readonly account: Account;
  /** Where the rows would go, for people. */
  readonly warehouse: string;
  readonly pipelines: readonly Estimate[];
  readonly calls: Calls & { readonly total: number };
  /** Milliseconds, were HubSpot's limits all that holds calls up. */
  readonly duration: number;
  /** Calls of the day, but for those to associations, which HubSpot counts apart; absent where it does not say. */
  readonly day?: NonNullable<Pace['day']> & { readonly share: number };
  /** Of a warehouse that bills for work. */
  readonly cost?: WarehouseUsage;
  /** Calls that this look ahead has taken itself. */
  readonly asked: number;
}

/** Looks ahead: asks HubSpot how much there is, and the warehouse what it has. Writes nothing, and takes no lease. */
export async function dryRun(given: AppParts, request: DryRunRequest): Promise<DryRunReport> {
  const parts = request.backfill === undefined ? given : atBackfillShare(given);
  // Before the first request, so that a wrong name costs none.
  const selection = selectPipelines(parts.settings, request.pipelines);
  if (request.backfill !== undefined) backfilledObjects(request.pipelines, selection.pipelines);
  const privacy = privacyOf(parts.settings, selection.objects);
  const { source, accountOf } = await openToLook(parts, request.pipelines);
  try {
    const account = await accountOf();
    const opened = await openToRead(parts);
    try {
      await sameAccount(opened, account);
      const warehouse = await readOnly(opened);
      const run = { source, warehouse, signal: parts.signal };
      await lookAround(source, parts.signal);
      const { pipelines, objects } = await selectInAccount(parts, run, request.pipelines);
      // Every run begins with these.
      const begun = asked(source);
      const { sync } = parts.settings;
      const settings = {
        ...sync,
        privacy,
        fullRefresh: request.fullRefresh ?? false,
        acceptDeletions: false,
      };
      const context = { ...parts, ...run, settings, objects };
      const outlines = await outlinesOf(parts, { pipelines, context, request });
      const cost = await warehouse.estimate?.(plannedRun(outlines));
      const estimates = outlines.map(({ pipeline, steps, calls, reason }) => {
        return { pipeline, steps, calls, ...(reason !== undefined && { reason }) };
      });
      const calls = addCalls(
        { burst: begun, search: 0, associations: 0 },
        ...outlines.map((each) => each.calls),
      );
      return {
        account,
        warehouse: warehouse.label,
        pipelines: estimates,
        ...sized(source, calls),
        ...(cost && { cost }),
      };
    } finally {
      await opened.close();
    }
  } finally {
    await source.close();
  }
}

export interface DryRunRequest extends SyncRequest {
  /** Instead of a sync. */
  readonly backfill?: BackfillRequest;
}

interface Outlining {
  readonly pipelines: Parameters<typeof estimatePipelines>[0];
  readonly context: Parameters<typeof estimatePipelines>[1];
  readonly request: DryRunRequest;
}

function outlinesOf(
  parts: AppParts,
  { pipelines, context, request }: Outlining,
): ReturnType<typeof estimatePipelines> {
  const { backfill } = request;
  if (backfill === undefined) return estimatePipelines(pipelines, context);
  const options = { request: backfill, ...hangingOn(parts) };
  return estimatePipelines(backfilledObjects(request.pipelines, pipelines), context, (pipeline, within) =>
    estimateBackfill(pipeline, within, options),
  );
}

function sized(source: Source, calls: Calls): Pick<DryRunReport, 'calls' | 'duration' | 'day' | 'asked'> {
  const pace = source.pace();
  const { day } = pace;
  return {
    calls: { ...calls, total: totalCalls(calls) },
    duration: Math.round(timeOf(calls, pace)),
    ...(day && { day: { ...day, share: (calls.burst + calls.search) / day.limit } }),
    asked: asked(source),
  };
}

function plannedRun(outlines: Awaited<ReturnType<typeof estimatePipelines>>): PlannedRun {
  return {
    pipelines: outlines.length,
    newCheckpoints: outlines.reduce((sum, outline) => sum + outline.newCheckpoints, 0),
    batches: outlines.flatMap((outline) => outline.batches),
    questions: outlines.flatMap((outline) => outline.questions),
  };
}

function asked(source: Source): number {
  return source.usage().reduce((sum, { calls }) => sum + calls, 0);
}
