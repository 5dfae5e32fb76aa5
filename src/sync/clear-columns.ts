import type { ObjectPipeline } from '../pipeline.ts';
import type { ObjectTable } from '../transform/index.ts';
import type { Batch } from '../warehouse.ts';
import type { SyncContext } from './context.ts';

/**
 * What the rules have excluded since the last run, or have hashed in another way, is not held any longer: its columns are
 * emptied, in rows of records that are gone, too. To be called before any record is read.
 */
export async function clearColumns(
  { warehouse, runId, log }: SyncContext,
  pipeline: ObjectPipeline,
  shape: ObjectTable,
): Promise<void> {
  const name = `${pipeline.name}/treatments`;
  const stored = await warehouse.checkpoint(name);
  const before = stored.checkpoint?.kind === 'columns' ? stored.checkpoint.names : [];
  const now = marksOf(shape, before);
  if (now.length === before.length && now.every((mark) => before.includes(mark))) return;
  let replaces = stored.version;
  const commit = async (writes: Batch['writes'], names: readonly string[]): Promise<void> => {
    const checkpoint = { kind: 'columns', names } as const;
    ({ version: replaces } = await warehouse.commit({ pipeline: name, runId, writes, checkpoint, replaces }));
  };
  const due = changed(shape, before, now);
  if (due.length > 0) {
    const columns = new Map(due.map(({ column, property }) => [column, property]));
    log.info({ columns: columns.size }, 'emptying columns: the privacy rules have changed');
    for await (const rows of warehouse.ids({ table: pipeline.name, state: 'any', chunk: rowsAtOnce })) {
      const ids = rows.map(({ id }) => id);
      await commit([{ kind: 'clear', table: shape.table, columns, ids }], before);
    }
  }
  await commit([], now);
}

const rowsAtOnce = 1000;

interface Held {
  readonly property: string;
  readonly column: string;
  /** How values of it are held, where that is not plainly; a hash tells its key. */
  readonly way: string | undefined;
}

function held({ columns, left }: ObjectTable): readonly Held[] {
  return [
    ...columns.map(({ name, property, filling }) => ({
      property: property.name,
      column: name,
      way: filling,
    })),
    ...left.flatMap(({ name, property }) =>
      property.treatment.kind === 'leave' && property.treatment.why === 'excluded'
        ? [{ property: property.name, column: name, way: 'excluded' }]
        : [],
    ),
  ];
}

const markOf = (property: string, way: string): string => `${property} ${way}`;

/** What is known of properties that are not to be seen for now stays as it is. */
function marksOf(shape: ObjectTable, before: readonly string[]): readonly string[] {
  const all = held(shape);
  const seen = new Set(all.map(({ property }) => property));
  return [
    ...all.flatMap(({ property, way }) => (way === undefined ? [] : [markOf(property, way)])),
    ...before.filter((mark) => !seen.has(mark.slice(0, mark.search(/ (?:excluded$|hashed )/)))),
  ];
}

/** Also what is plain again: rows that are not read any more would keep hashes among the values. */
function changed(shape: ObjectTable, before: readonly string[], now: readonly string[]): readonly Held[] {
  return held(shape).filter(({ property, way }) =>
    way === undefined
      ? before.some((mark) => mark.startsWith(markOf(property, 'hashed ')))
      : now.includes(markOf(property, way)) && !before.includes(markOf(property, way)),
  );
}
