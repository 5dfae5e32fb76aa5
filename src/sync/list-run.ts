import type { ListReading, ListsCheckpoint } from '../checkpoint.ts';
import type { ListsPipeline } from '../pipeline.ts';
import type { RecordList } from '../dictionaries.ts';
import type { Instant } from '../source.ts';
import type { Row, Table } from '../table.ts';
import { fitRow } from '../transform/index.ts';
import type { Batcher } from './batcher.ts';
import type { SyncContext } from './context.ts';

/** What the steps of reading lists share. */
export interface ListRun {
  readonly pipeline: ListsPipeline;
  readonly context: SyncContext;
  readonly batcher: Batcher;
  /** HubSpot's clock. */
  readonly now: Instant;
  /** The rows that are not closed, by id. */
  readonly known: ReadonlyMap<string, KnownList>;
  /** As of what has been given to the batcher. */
  checkpoint: ListsCheckpoint;
}

/** What is stored of a list. */
export interface KnownList {
  readonly objectType: string;
  /** What HubSpot said before its members were last read. */
  readonly said: readonly string[];
  /** Absent: never. */
  readonly readAt?: Instant;
}

/** A list that there is, with the name of its records' table. */
export interface LivingList extends RecordList {
  readonly objectType: string;
}

/** What is written of each list in each run. */
export function listedTable(pipeline: ListsPipeline): Table {
  return partsOf(pipeline).listed;
}

/** What is written of a list when its members are in. */
export function marksTable(pipeline: ListsPipeline): Table {
  return partsOf(pipeline).marks;
}

interface Parts {
  readonly listed: Table;
  readonly marks: Table;
}

function partsOf(pipeline: ListsPipeline): Parts {
  const known = parts.get(pipeline);
  if (known !== undefined) return known;
  const { lists, marks } = pipeline;
  const some = (wanted: (name: string) => boolean): Table => ({
    ...lists,
    columns: lists.columns.filter(({ name }) => name === 'id' || wanted(name)),
  });
  const made = { listed: some((name) => !marks.includes(name)), marks: some((name) => marks.includes(name)) };
  parts.set(pipeline, made);
  return made;
}

/** One value for each pipeline, so that writes can be joined. */
const parts = new WeakMap<ListsPipeline, Parts>();

/** So that its members are read again. */
export function unread(pipeline: ListsPipeline, id: string): Row {
  return [id, ...pipeline.marks.map(() => null)];
}

/** The stored text of what HubSpot says of a list's members. */
export function saidOf(pipeline: ListsPipeline, list: RecordList): ListReading['said'] {
  const { id, size, lastAddedAt, lastRemovedAt, filtersUpdatedAt } = list;
  const row = fitRow(marksTable(pipeline), [id, size, lastAddedAt, lastRemovedAt, filtersUpdatedAt]);
  return row.slice(1, -1) as ListReading['said'];
}

export async function knownLists(
  pipeline: ListsPipeline,
  { warehouse }: SyncContext,
): Promise<ReadonlyMap<string, KnownList>> {
  const columns = ['id', 'object_type', ...pipeline.marks];
  const rows = await warehouse.cells({ table: pipeline.lists.name, columns, open: true });
  return new Map(
    rows.map(([id = '', objectType = '', ...marks]) => {
      const readAt = Date.parse(marks.at(-1) ?? '');
      const list = { objectType, said: marks.slice(0, -1) };
      return [id, Number.isNaN(readAt) ? list : { ...list, readAt }];
    }),
  );
}
