import type { ListsCheckpoint } from '../checkpoint.ts';
import { timestampCell, type ListsPipeline } from '../pipeline.ts';
import type { RecordList } from '../dictionaries.ts';
import type { Instant } from '../source.ts';
import { fitRow } from '../transform/index.ts';
import type { Write } from '../warehouse.ts';
import { makeBatcher } from './batcher.ts';
import type { SyncContext } from './context.ts';
import { dueLists } from './due-lists.ts';
import { withinList } from './list-members.ts';
import { knownLists, listedTable, marksTable, unread, type ListRun, type LivingList } from './list-run.ts';
import { forgetLostLists } from './lost-lists.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { prepare } from './prepare.ts';
import { readMembers, type MembersRead } from './read-members.ts';
import { listsFound, type ListsFound } from './vanished-lists.ts';

/** Makes the table of lists equal to HubSpot's, and reads the members of those that have changed, or whose turn it is. */
export async function syncLists(pipeline: ListsPipeline, context: SyncContext): Promise<PipelineResult> {
  const { source, warehouse, signal } = context;
  // Before anything is read, as with dictionaries.
  const before = await warehouse.checkpoint(pipeline.name);
  const search = await source.lists(undefined, signal);
  const stored = await forgetLostLists(pipeline, context, before);
  await prepare(context, pipeline.name, [pipeline.lists, pipeline.memberships]);
  const run: ListRun = {
    pipeline,
    context,
    batcher: makeBatcher(context, pipeline.name, stored),
    now: source.now(),
    known: await knownLists(pipeline, context),
    checkpoint: stored.checkpoint?.kind === 'lists' ? stored.checkpoint : { kind: 'lists' },
  };
  try {
    const found = await listsFound(run, search);
    const living = found.living.map((list) => ({ ...list, objectType: objectTypeOf(run, list) }));
    await addLists(run, living, found.gone);
    const due = dueLists(run, living);
    const members = await readMembers(run, inTurn(run, due), living);
    const readAt = living.map((list) => members.readAt.get(list.id) ?? readBefore(run, list));
    await end(run, search.whole ? readAt : [undefined]);
    return resultOf(run, { living, due, members, whole: search.whole });
  } finally {
    await run.batcher.settled();
  }
}

/** The table of the object's records. One that is not synced has none; one that was for a while keeps its name. */
export function objectTypeOf(
  { context, known }: Pick<ListRun, 'context' | 'known'>,
  { id, typeId }: RecordList,
): string {
  const object = context.objects.find((each) => each.typeId === typeId);
  return object?.name ?? known.get(id)?.objectType ?? typeId;
}

/** The rows of all lists. Those that are gone have no members any more, and are read again should they come back. */
async function addLists(
  run: ListRun,
  living: readonly LivingList[],
  gone: ListsFound['gone'],
): Promise<void> {
  const { pipeline, batcher, known, now, context } = run;
  const moved = living.flatMap(({ id, objectType }) => {
    const stored = known.get(id);
    return stored === undefined || stored.objectType === objectType ? [] : [{ id, ...stored }];
  });
  const closures = gone.map(({ id, deletedAt }) => ({ id, deletedAt: deletedAt ?? timestampCell(now) }));
  const emptied = [...gone.map(({ id }) => ({ list_id: id })), ...moved.map(withinList)];
  const unreadRows = [...gone, ...moved].map(({ id }) => unread(pipeline, id));
  const writes: Write[] = [
    { kind: 'upsert', table: listedTable(pipeline), rows: living.map((list) => listRow(pipeline, list)) },
    ...emptied.map((within): Write => ({ kind: 'replace', table: pipeline.memberships, rows: [], within })),
    { kind: 'upsert', table: marksTable(pipeline), rows: unreadRows },
    { kind: 'close', table: pipeline.lists, closures },
  ];
  const { reading } = run.checkpoint;
  const without = new Set([...gone, ...moved].map(({ id }) => id));
  if (reading !== undefined && without.has(reading.list)) run.checkpoint = withoutReading(run.checkpoint);
  if (moved.length > 0) run.checkpoint = withoutClaim(run.checkpoint);
  context.count({ read: living.length });
  const rows = living.length + 2 * without.size;
  await batcher.add({ writes, rows, size: rows * 100, checkpoint: run.checkpoint });
}

function withoutReading({ reading: _reading, ...rest }: ListsCheckpoint): ListsCheckpoint {
  return rest;
}

function withoutClaim({ completeUpTo: _claim, ...rest }: ListsCheckpoint): ListsCheckpoint {
  return rest;
}

function listRow(pipeline: ListsPipeline, list: LivingList): ReturnType<typeof fitRow> {
  return fitRow(listedTable(pipeline), [
    list.id,
    list.name,
    list.objectType,
    list.typeId,
    list.processingType,
    list.processingStatus,
    list.createdAt,
    list.updatedAt,
    list.createdById,
    list.updatedById,
    null,
  ]);
}

/** One that was begun goes on first. */
function inTurn({ checkpoint }: ListRun, due: readonly LivingList[]): readonly LivingList[] {
  const isBegun = ({ id }: LivingList): boolean => id === checkpoint.reading?.list;
  return [...due.filter(isBegun), ...due.filter((list) => !isBegun(list))];
}

function readBefore({ known }: ListRun, { id, objectType }: LivingList): Instant | undefined {
  const stored = known.get(id);
  return stored?.objectType === objectType ? stored.readAt : undefined;
}

/** Members are complete as of the list that was read longest ago. */
async function end(run: ListRun, readAt: readonly (Instant | undefined)[]): Promise<void> {
  const known = readAt.filter((instant) => instant !== undefined);
  const { completeUpTo: claimed = 0 } = run.checkpoint;
  const upTo = Math.max(claimed, Math.min(run.now, ...known));
  if (known.length === readAt.length) run.checkpoint = { ...run.checkpoint, completeUpTo: upTo };
  await run.batcher.add({ writes: [], rows: 0, size: 0, checkpoint: run.checkpoint });
  await run.batcher.flush();
}

interface Ended {
  readonly living: readonly LivingList[];
  readonly due: readonly LivingList[];
  readonly members: MembersRead;
  readonly whole: boolean;
}

function resultOf(run: ListRun, { living, due, members, whole }: Ended): PipelineResult {
  const { completeUpTo } = run.checkpoint;
  const left = due.length - members.readAt.size - members.failures.length;
  const { listCalls } = run.context.settings;
  const sentences = [
    ...(whole ? [] : ['Lists came and went while they were read: some may be missing until the next run.']),
    ...(left <= 0
      ? []
      : [
          `The members of ${left} of ${living.length} lists are still to be read; a run asks for members ${listCalls} times at most (sync.listCalls). The next run goes on.`,
        ]),
    ...new Set(members.failures.map(({ message }) => message)),
  ];
  if (sentences.length === 0) return { outcome: 'complete', completeUpTo };
  const code = members.failures[0]?.code;
  return { outcome: 'partial', ...(code && { code }), reason: sentences.join(' '), completeUpTo };
}
