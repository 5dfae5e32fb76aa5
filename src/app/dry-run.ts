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
import { estimatePipelines, type Estimate } from '../sync/index.ts';
import { selectInAccount } from './account-objects.ts';
import type { AppParts } from './app.ts';
import { openToLook } from './known-keys.ts';
import { lookAround } from './look-around.ts';
import { openToRead } from './open-to-read.ts';
import { privacyOf } from './privacy-of.ts';
import { readOnly } from './read-only-warehouse.ts';
import { sameAccount } from './same-account.ts';
import { selectPipelines } from './select-pipelines.ts';
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
export async function dryRun(parts: AppParts, request: SyncRequest): Promise<DryRunReport> {
  // Before the first request, so that a wrong name costs none.
  const privacy = privacyOf(parts.settings, selectPipelines(parts.settings, request.pipelines).objects);
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
      const outlines = await estimatePipelines(pipelines, { ...parts, ...run, settings, objects });
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
