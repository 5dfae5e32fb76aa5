import { backfillName, type BackfillRequest } from '../backfill.ts';
import type { BackfillCheckpoint } from '../checkpoint.ts';
import type { AroundRecords } from './around-records.ts';
import { backfillPieces, type BackfillPiece, type BackfillPlace } from './backfill-pieces.ts';
import { beginBackfill, loaded } from './begin-backfill.ts';
import { allowDeletions, clearDeleted } from './clear-deleted.ts';
import type { ObjectRun } from './object-run.ts';
import { savePortion } from './save-portion.ts';

/**
 * Reads records again, in steps of some seconds. Each value that this gives is a step that is in: whoever takes them may stop
 * after any, do something else with the tables, and go on later by asking anew with the same request.
 *
 * Rows are committed under the pipeline's own checkpoint, which stays what it is: so whoever writes by older definitions or rules
 * is fenced off, as from any other write. What the backfill has done is said after that, by a checkpoint of its own: what a crash
 * interrupts is read once more.
 */
export async function* backfillSteps(
  run: ObjectRun,
  request: BackfillRequest,
  { around, stepSize = recordsAStep }: BackfillMeans,
): AsyncGenerator<BackfillCheckpoint> {
  const { warehouse, runId, source } = run.context;
  const name = backfillName(run.pipeline.name, request);
  const stored = await warehouse.checkpoint(name);
  let { version } = stored;
  let state = await beginBackfill(run, request, stored.checkpoint);
  let touched: string[] = [];
  const commit = async (next: BackfillCheckpoint): Promise<BackfillCheckpoint> => {
    await run.batcher.flush();
    await around.read(touched);
    state = { ...next, read: next.read + touched.length };
    touched = [];
    const batch = { pipeline: name, runId, writes: [], checkpoint: state, replaces: version };
    ({ version } = await warehouse.commit(batch));
    return state;
  };
  for await (const piece of backfillPieces(run, request, () => state)) {
    touched.push(...(await saved(run, piece)));
    state = { ...state, ...unknownAfter(state, piece) };
    tell(run, name, { ...state, read: state.read + touched.length });
    const { at } = piece;
    if (at === undefined || (touched.length < stepSize && at.phase === state.phase)) continue;
    yield await commit(placed(await withGone(run, state), at));
  }
  await clearDeleted(run, loaded(run.pipeline, run.batcher.stored));
  const { gone: _gone, ...rest } = placed(state, { phase: 'gone' });
  yield await commit({ ...rest, finishedAt: source.now() });
}

export interface BackfillMeans {
  readonly around: AroundRecords;
  /** Records a step at least, unless a phase has fewer; default 1,000. */
  readonly stepSize?: number;
}

/** Ten calls of HubSpot's, one for the links of each pair, and twenty for history. */
export const recordsAStep = 1000;

/** Adds a piece to the batch; gives the ids of the records that it has. */
async function saved(run: ObjectRun, { portion, write }: BackfillPiece): Promise<readonly string[]> {
  const checkpoint = loaded(run.pipeline, run.batcher.stored);
  await savePortion(run, portion, checkpoint);
  const rows = write?.kind === 'refresh' ? write.rows : [];
  if (write !== undefined) {
    run.context.count({ read: rows.length });
    const size = rows.reduce((sum, row) => sum + row.reduce((all, cell) => all + (cell?.length ?? 0), 0), 0);
    await run.batcher.add({ writes: [write], rows: rows.length, size, checkpoint });
  }
  const records = [...portion.records, ...(portion.turnedBack ?? [])];
  return [...records.map(({ id }) => id), ...rows.map(([id]) => String(id))];
}

/** Nothing of the place before stays. */
function placed(state: BackfillCheckpoint, at: BackfillPlace): BackfillCheckpoint {
  const { position: _position, afterId: _afterId, ...rest } = state;
  return { ...rest, ...at };
}

/**
 * What seems to be deleted for good is kept for the end: there are so many, or so few, of them in all. Throws `mass_deletion` when
 * they are too many to be believed.
 */
async function withGone(run: ObjectRun, state: BackfillCheckpoint): Promise<BackfillCheckpoint> {
  const found = run.deletions.take();
  if (found.length === 0) return state;
  const gone = [...new Set([...(state.gone ?? []), ...found])];
  await allowDeletions(run, gone.length);
  return { ...state, gone };
}

function unknownAfter(
  { unknown = { count: 0, ids: [] } }: BackfillCheckpoint,
  piece: BackfillPiece,
): Pick<BackfillCheckpoint, 'unknown'> {
  const found = piece.unknown ?? [];
  if (found.length === 0) return unknown.count === 0 ? {} : { unknown };
  return { unknown: { count: unknown.count + found.length, ids: [...unknown.ids, ...found].slice(0, told) } };
}

/** Enough to see what is wrong with a list. */
const told = 10;

function tell({ context }: ObjectRun, name: string, { read, expected }: BackfillCheckpoint): void {
  context.onProgress({ kind: 'moved', pipeline: name, phase: 'backfill', read, expected });
}
