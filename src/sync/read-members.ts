import type { ListReading } from '../checkpoint.ts';
import { KeywayError } from '../errors.ts';
import { timestampCell } from '../pipeline.ts';
import type { MemberPage } from '../dictionaries.ts';
import type { Instant } from '../source.ts';
import { fitRow } from '../transform/index.ts';
import type { Write } from '../warehouse.ts';
import { beginMembers, isOfItsOwn, withinList, type MembersRun } from './list-members.ts';
import { marksTable, type ListRun, type LivingList } from './list-run.ts';
import { mapAhead } from './map-ahead.ts';

export interface MembersRead {
  /** What its members are in up to, of each list that was read to its end. */
  readonly readAt: ReadonlyMap<string, Instant>;
  /** Why lists could not be read. */
  readonly failures: readonly KeywayError[];
}

/** Reads the members of lists in their order, as far as a run's calls go. */
export async function readMembers(
  run: ListRun,
  due: readonly LivingList[],
  living: readonly LivingList[],
): Promise<MembersRead> {
  const readAt = new Map<string, Instant>();
  const failures: KeywayError[] = [];
  const failed = new Set<string>();
  let inARow = 0;
  const calls = { left: run.context.settings.listCalls };
  const begin = async (list: LivingList): Promise<Begun> => ({
    list,
    members: await beginMembers(run, list),
  });
  for await (const { list, members } of mapAhead(withinCalls(due, calls), listsAhead, begin)) {
    const ended = members instanceof KeywayError ? members : await readOne(run, members, { calls, due });
    if (typeof ended === 'number') readAt.set(list.id, ended);
    inARow = ended instanceof KeywayError ? inARow + 1 : 0;
    if (!(ended instanceof KeywayError)) continue;
    failed.add(list.id);
    // A list that was deleted a moment ago: the next search tells.
    if (ended.code !== 'hubspot_not_found') failures.push(ended);
    if (inARow < mostInARow) continue;
    if (!(await canBeRead(run, witnesses(run, living, failed)))) {
      // Which lists there are is known all the same.
      await run.batcher.flush();
      throw ended;
    }
    inARow = 0;
  }
  return { readAt, failures };
}

interface Begun {
  readonly list: LivingList;
  readonly members: MembersRun | KeywayError;
}

/**
 * Lists that tell whether it is lists that cannot be read, which are always the first that are due, or HubSpot that fails at every
 * one: those that were read last and, where none was, those whose turn is last.
 */
function witnesses(
  { known }: ListRun,
  living: readonly LivingList[],
  failed: ReadonlySet<string>,
): readonly LivingList[] {
  const readAt = ({ id }: LivingList): number => known.get(id)?.readAt ?? 0;
  return living
    .filter(({ id }) => !failed.has(id))
    .toReversed()
    .toSorted((a, b) => readAt(b) - readAt(a))
    .slice(0, mostInARow);
}

/** Whether HubSpot gives the members of any of these. */
async function canBeRead(run: ListRun, lists: readonly LivingList[]): Promise<boolean> {
  for (const list of lists) if (!((await beginMembers(run, list)) instanceof KeywayError)) return true;
  return false;
}

const listsAhead = 4;
const mostInARow = 3;

interface Calls {
  left: number;
}

async function* withinCalls(due: readonly LivingList[], calls: Calls): AsyncGenerator<LivingList> {
  for (const list of due) {
    if (calls.left <= 0) return;
    calls.left -= 1;
    yield await Promise.resolve(list);
  }
}

interface Bounds {
  readonly calls: Calls;
  readonly due: readonly LivingList[];
}

/** What its members are in up to; nothing where the calls did not suffice. */
async function readOne(
  run: ListRun,
  members: MembersRun,
  { calls, due }: Bounds,
): Promise<Instant | KeywayError | undefined> {
  const { list } = members;
  let most = callsFor(run, list, due);
  let { found } = members;
  try {
    for await (const page of members.pages) {
      found = (page.after === '0' ? 0 : found) + page.members.length;
      const upTo = isInUpTo(run, members, found);
      await addPage(run, { ...members, upTo }, page);
      if (page.last) return upTo;
      most -= 1;
      if (calls.left <= 0 || most <= 0) return undefined;
      calls.left -= 1;
    }
    return undefined;
  } catch (error) {
    if (isOfItsOwn(error)) return error;
    throw error;
  }
}

/**
 * When it began; but where HubSpot said another size, its members may be behind what it said, as its index may be: only what had
 * settled is surely in. A list that has changed since is due once more.
 */
function isInUpTo({ context }: ListRun, { list, startedAt }: MembersRun, found: number): Instant {
  const isBorneOut = list.size === null || list.size === String(found);
  return isBorneOut ? startedAt : startedAt - context.settings.settleAfter;
}

/** One that is too long for a run leaves half of its calls to others. */
function callsFor({ context, checkpoint }: ListRun, list: LivingList, due: readonly LivingList[]): number {
  const { listCalls } = context.settings;
  if (checkpoint.reading?.list !== list.id) return listCalls;
  const others = due.filter(({ id }) => id !== list.id).reduce((sum, { size }) => sum + pagesOf(size), 0);
  return Math.max(Math.ceil(listCalls / 2), listCalls - others);
}

/** Calls that it takes to read so many members. */
export function pagesOf(size: string | null): number {
  return Math.max(1, Math.ceil(Number(size ?? 0) / membersAPage));
}

/** HubSpot docs, Lists: what it gives at once at most. */
const membersAPage = 250;

/** What the page has replaces what is stored between where it begins and where it ends. */
async function addPage(run: ListRun, members: MembersUpTo, page: MemberPage): Promise<void> {
  const { pipeline, context, batcher } = run;
  const { list } = members;
  const rows = page.members.map(({ recordId, joinedAt }) =>
    fitRow(pipeline.memberships, [list.id, list.objectType, recordId, joinedAt]),
  );
  const range = { column: 'record_id', after: page.after, ...(page.last ? {} : { upTo: page.upTo }) };
  const writes: Write[] = [
    { kind: 'replace', table: pipeline.memberships, rows, within: withinList(list), range },
  ];
  if (page.last) writes.push(marksOf(run, members));
  note(run, members, page);
  context.count({ read: rows.length });
  await batcher.add({ writes, rows: rows.length + 1, size: rows.length * 60, checkpoint: run.checkpoint });
}

interface MembersUpTo extends MembersRun {
  /** Were this the last page. */
  readonly upTo: Instant;
}

function marksOf({ pipeline }: ListRun, { list, upTo, said }: MembersUpTo): Write {
  const row = [list.id, ...said, timestampCell(upTo)];
  return { kind: 'upsert', table: marksTable(pipeline), rows: [row] };
}

/** How far the list is, where it is the one that is kept in mind. */
function note(run: ListRun, { list, startedAt, said }: MembersRun, page: MemberPage): void {
  const { reading, ...rest } = run.checkpoint;
  if (reading !== undefined && reading.list !== list.id) return;
  const before = page.after === '0' ? 0 : (reading?.found ?? 0);
  const next: ListReading = {
    list: list.id,
    startedAt,
    position: page.position,
    found: before + page.members.length,
    said,
  };
  run.checkpoint = page.last ? rest : { ...rest, reading: next };
}
