import type { Checkpoint } from '../checkpoint.ts';
import { addCalls, noCalls } from '../cost.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import { advance, plan, type Step } from '../plan.ts';
import { askedSensitivities } from '../privacy.ts';
import { calculatedTable, mergesTable, partialTable, placeOf } from '../transform/index.ts';
import type { Table } from '../table.ts';
import type { SyncContext } from './context.ts';
import { isCountDue } from './count-if-due.ts';
import { burst, outlineOf, type EstimatedPart, type Outline, type Outlook } from './estimate.ts';
import { phases } from './follow-plan.ts';
import { lookAtObject, type ObjectRun } from './object-run.ts';
import { preparation } from './prepare.ts';
import { openTally, type Tally } from './tally.ts';

export interface ObjectOutline {
  readonly outline: Outline;
  readonly outlook: Outlook;
}

/** The scans that `plan` would name, one after another, each with the records that HubSpot says there are for it. */
export async function estimateObject(pipeline: ObjectPipeline, context: SyncContext): Promise<ObjectOutline> {
  const run = await lookAtObject(pipeline, context);
  const { table, columns } = run.shape;
  const fillable = { columns, withholdings: run.withholdings };
  const tables = pipeline.merges ? [table, mergesTable] : [table];
  const { stored, next } = await preparation(context, pipeline.name, tables, fillable);
  const start = next ?? stored.checkpoint;
  const tally = openTally(run, start);
  const isFirst = stored.checkpoint === undefined;
  const parts: EstimatedPart[] = [definitions(context), again(run), ...bookkeeping(run, isFirst)];
  let checkpoint = start;
  for (;;) {
    const { startedAt, listed } = run;
    const step: Step | undefined = plan(checkpoint, { ...context.settings, startedAt, listed });
    if (step === undefined) break;
    const part = await estimateStep(run, step, tally);
    parts.push(part);
    checkpoint = advance(step, { position: '', last: true, read: part.step?.records ?? 0 });
  }
  if (await wouldCount(run, checkpoint)) {
    const isSwept = parts.some(({ step }) => step?.phase === 'sweep');
    // What a sweep finds, counts need not.
    parts.push(counting(run, isSwept ? 0 : await tally.vanished()));
  }
  return { outline: outlineOf(pipeline.name, parts), outlook: await tally.outlook() };
}

/** Checkpoints that are looked at: its own, and those of its columns, rules and privacy. */
function bookkeeping({ pipeline: { name } }: ObjectRun, isFirst: boolean): readonly EstimatedPart[] {
  return [
    { questions: { times: 4 } },
    // Which columns there are, and by which rules values are read.
    isFirst
      ? { newCheckpoints: 3, batches: { times: 2, writes: [] } }
      : { questions: { table: name, times: 2 } },
  ];
}

/** A record that has vanished is found by halving the time since the epoch; another one, by halving the months of the account. */
function counting({ pipeline: { name } }: ObjectRun, vanished: number): EstimatedPart {
  const searches = vanished === 0 ? 0 : 24 + 11 * (Math.min(vanished, 24) - 1);
  // Each is asked for in three places, and then by itself.
  const reads = vanished === 0 ? 0 : 3 * Math.ceil(vanished / 100) + vanished;
  return {
    calls: { ...noCalls, search: 1 + searches, burst: reads },
    batches: { times: vanished === 0 ? 1 : 2, writes: [] },
    questions: { table: name, times: 2 + searches },
  };
}

/** Of the properties: at the beginning, and once more at the end. */
function definitions({ settings }: SyncContext): EstimatedPart {
  return { calls: burst(2 * (1 + askedSensitivities(settings.privacy).length)) };
}

/** Records that HubSpot could not give the last time. */
function again({ unread, context, properties }: ObjectRun): EstimatedPart {
  const records = unread.ids.length;
  return records === 0 ? {} : { calls: context.source.callsFor(properties, { kind: 'ids', records }) };
}

async function estimateStep(run: ObjectRun, step: Step, tally: Tally): Promise<EstimatedPart> {
  const { context, properties } = run;
  const { source } = context;
  // Most of what it lists is among the changes, too.
  if (step.task === 'newest') {
    return {
      calls: source.callsFor(properties, { kind: 'all', records: 1 }),
      batches: { times: 1, writes: [] },
    };
  }
  const { records, isAtLeast } = await tally.records(step);
  const { table, asked } = partOf(run, step, properties);
  const calls = source.callsFor(asked, { kind: step.scan?.kind ?? 'ids', records });
  const since = step.scan?.kind === 'changes' ? { since: step.scan.from } : {};
  const sample = await tally.sample(step);
  return {
    step: { phase: phases[step.task], records, ...(isAtLeast && { isAtLeast }), ...since },
    calls: step.task === 'sweep' && !run.listed ? addCalls(calls, { ...noCalls, search: 1 }) : calls,
    batches: {
      times: batchesFor(context, { records, columns: table.columns.length, calls: calls.burst }),
      writes: records === 0 ? [] : [{ kind: 'upsert', table, rows: records, sample }],
    },
    ...(comparing.has(step.task) && { questions: { table: table.name, times: calls.burst } }),
  };
}

/** The rows that belong to each page are looked at. */
const comparing: ReadonlySet<Step['task']> = new Set(['bin', 'sweep']);

interface Part {
  readonly table: Table;
  readonly asked: readonly string[];
}

/** Sweeps and fills read and write some columns alone. */
function partOf(run: ObjectRun, { task, checkpoint }: Step, properties: readonly string[]): Part {
  const { shape, listed } = run;
  if (task === 'fill') {
    const columns = checkpoint.kind === 'live' ? (checkpoint.fill?.columns ?? []) : [];
    const part = partialTable(shape, (column) => columns.includes(placeOf(column)));
    return { table: part.table, asked: part.properties };
  }
  if (task !== 'sweep' || listed) return { table: shape.table, asked: properties };
  const part = calculatedTable(shape);
  return { table: part.table, asked: part.properties };
}

interface Size {
  readonly records: number;
  readonly columns: number;
  readonly calls: number;
}

/** In how many batches they come: each waits no longer than it may, and one ends each step. */
function batchesFor({ warehouse, source }: SyncContext, { records, columns, calls }: Size): number {
  const { rows, bytes, wait } = warehouse.limits;
  const time = (1000 * calls) / source.pace().perSecond.burst;
  const all = [records / rows, (records * columns * charactersAColumn) / bytes, time / wait];
  return Math.max(1, Math.ceil(Math.max(...all)));
}

/** Most are empty. */
const charactersAColumn = 6;

async function wouldCount(run: ObjectRun, checkpoint: Checkpoint | undefined): Promise<boolean> {
  return !run.listed && checkpoint?.kind === 'live' && (await isCountDue(run, checkpoint));
}
