import { backfillName } from '../backfill.ts';
import type { BackfillCheckpoint } from '../checkpoint.ts';
import { addCalls, noCalls, type Calls } from '../cost.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import { askedSensitivities } from '../privacy.ts';
import { aroundRecords, nothingAround, type AroundRecords } from './around-records.ts';
import type { BackfillOptions } from './backfill-object.ts';
import { recordsAStep } from './backfill-steps.ts';
import { dateColumns } from './backfilled-span.ts';
import { beginBackfill, loaded } from './begin-backfill.ts';
import type { SyncContext } from './context.ts';
import { burst, outlineOf, type EstimatedPart, type Outline } from './estimate.ts';
import { lookAtObject, type ObjectRun } from './object-run.ts';

type Wanted = Omit<BackfillOptions, 'onStep'>;

/** What is left of a backfill, or all of it, where nothing else happens meanwhile. */
export async function estimateBackfill(
  pipeline: ObjectPipeline,
  context: SyncContext,
  { request, ...hanging }: Wanted,
): Promise<Outline> {
  const { warehouse, settings } = context;
  loaded(pipeline, await warehouse.checkpoint(pipeline.name));
  const run = await lookAtObject(pipeline, context);
  const { checkpoint } = await warehouse.checkpoint(backfillName(pipeline.name, request));
  const state = await beginBackfill(run, request, checkpoint);
  const around = request.properties === undefined ? await aroundRecords(run, hanging) : nothingAround;
  const size = await sizeOf(run, request, state);
  const definitions = 1 + askedSensitivities(settings.privacy).length;
  const isBegun = checkpoint?.kind === 'backfill' && checkpoint.finishedAt === undefined;
  const isCounted = request.ids === undefined && request.properties === undefined;
  const parts: EstimatedPart[] = [
    // Of the properties: at the beginning, and once more at the end.
    { calls: { ...noCalls, burst: 2 * definitions, search: !isBegun && isCounted ? 1 : 0 } },
    stepOf(run, state, size),
    { calls: aroundCalls(run, around, { ...size, definitions }) },
  ];
  return outlineOf(pipeline.name, isBegun ? parts : [...parts, { newCheckpoints: 1 }]);
}

/** How much there is to read. */
interface Size {
  readonly living: number;
  readonly archived: number;
  readonly calls: Calls;
}

function stepOf(run: ObjectRun, { span }: BackfillCheckpoint, size: Size): EstimatedPart {
  const { warehouse } = run.context;
  const records = size.living + size.archived;
  const { table } = run.shape;
  return {
    step: {
      phase: 'backfill',
      records,
      ...(span !== undefined && span.from > 0 && { since: span.from }),
    },
    calls: size.calls,
    batches: {
      times: Math.ceil(records / Math.min(recordsAStep, warehouse.limits.rows)) + 1,
      writes: records === 0 ? [] : [{ kind: 'upsert', table, rows: records, sample: [] }],
    },
    questions: { table: table.name, times: 2 + Math.ceil(records / 100) },
  };
}

async function sizeOf(run: ObjectRun, request: Wanted['request'], state: BackfillCheckpoint): Promise<Size> {
  if (request.properties !== undefined) return rowsOf(run, request, state);
  if (request.ids !== undefined) return idsOf(run, request.ids, state);
  const { source } = run.context;
  const left = state.phase === 'records' ? Math.max(0, state.expected - state.read) : 0;
  if (state.span !== undefined) {
    const archived = await archivedIn(run, state.span);
    const kind = 'changes' as const;
    const found = source.callsFor(run.properties, { kind, records: left });
    // The counts of both sides; each archived row is looked for among the living first.
    const others = { ...noCalls, search: 1, burst: 2 * Math.ceil(archived / idsACall) };
    return { living: left, archived, calls: addCalls(left > 0 ? found : noCalls, others) };
  }
  const { checkpoint } = run.batcher.stored;
  const archived = checkpoint?.kind === 'live' ? (checkpoint.bin?.records ?? 0) : 0;
  const list = source.callsFor(run.properties, { kind: 'all', records: left });
  const bin = source.callsFor(run.properties, { kind: 'archived', records: archived });
  return { living: left, archived, calls: addCalls(left > 0 ? list : noCalls, bin) };
}

const idsACall = 100;

async function archivedIn(
  { context, pipeline }: ObjectRun,
  { by, from, until }: NonNullable<BackfillCheckpoint['span']>,
): Promise<number> {
  const created = { from, until, column: dateColumns[by] };
  const query = { table: pipeline.name, state: 'archived', created, chunk: 1000 } as const;
  let found = 0;
  for await (const rows of context.warehouse.ids(query)) found += rows.length;
  return found;
}

/** Some properties of rows, a thousand at a time: the living and the archived apart. */
async function rowsOf(
  { context, pipeline }: ObjectRun,
  { ids }: Wanted['request'],
  { span, afterId }: BackfillCheckpoint,
): Promise<Size> {
  const created = span && { from: span.from, until: span.until, column: dateColumns[span.by] };
  const query = {
    table: pipeline.name,
    state: 'open',
    chunk: recordsAStep,
    ...(created && { created }),
    ...(ids && { among: ids }),
    ...(afterId !== undefined && { after: afterId }),
  } as const;
  const size = { living: 0, archived: 0, calls: 0 };
  for await (const rows of context.warehouse.ids(query)) {
    const living = rows.filter((row) => row.living).length;
    size.living += living;
    size.archived += rows.length - living;
    size.calls += Math.ceil(living / idsACall) + Math.ceil((rows.length - living) / idsACall);
  }
  return { ...size, calls: burst(size.calls) };
}

/** What is not living is looked for in the bin; and what is in neither, id by id. */
async function idsOf(
  { context, pipeline }: ObjectRun,
  ids: readonly string[],
  { afterId }: BackfillCheckpoint,
): Promise<Size> {
  const left = afterId === undefined ? ids : ids.slice(ids.indexOf(afterId) + 1);
  const size = { living: 0, archived: 0, calls: 0 };
  for (let start = 0; start < left.length; start += idsACall) {
    const among = left.slice(start, start + idsACall);
    const query = { table: pipeline.name, state: 'any', among, chunk: idsACall } as const;
    const rows = (await Array.fromAsync(context.warehouse.ids(query))).flat();
    const living = rows.filter((row) => row.living).length;
    const archived = rows.filter((row) => row.archived).length;
    const nowhere = among.length - living - archived;
    size.living += living;
    size.archived += archived;
    size.calls += 1 + (among.length > living ? 1 : 0) + nowhere + (nowhere > 0 ? 1 : 0);
  }
  return { ...size, calls: burst(size.calls) };
}

/** Links are asked for of the living, a step at a time; history of both. */
function aroundCalls(
  { context }: ObjectRun,
  { pairs, history }: AroundRecords,
  { living, archived, definitions }: Omit<Size, 'calls'> & { readonly definitions: number },
): Calls {
  const { linkIds, historyIds } = context.source.limits;
  return {
    ...noCalls,
    associations: pairs * Math.ceil(living / Math.min(linkIds, recordsAStep)),
    burst: history ? definitions + Math.ceil(living / historyIds) + Math.ceil(archived / historyIds) : 0,
  };
}
