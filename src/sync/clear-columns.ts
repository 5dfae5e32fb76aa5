import { startOver } from '../checkpoint.ts';
import { treatmentOf } from '../privacy.ts';
import { placeInExtra, placeOf, type ObjectTable } from '../transform/index.ts';
import type { Batch, StoredCheckpoint } from '../warehouse.ts';
import type { SyncContext } from './context.ts';
import type { ObjectRun } from './object-run.ts';

/**
 * What the rules have excluded since the last run, or have hashed in another way, is not held any longer: its columns are
 * emptied, in rows of records that are gone, too. To be called before any record is read. Resolves with the checkpoint to go
 * on from: a process that reads by the rules of before is kept from writing more.
 */
export async function clearColumns(
  context: SyncContext,
  { pipeline, shape }: Pick<ObjectRun, 'pipeline' | 'shape'>,
  start: StoredCheckpoint,
): Promise<StoredCheckpoint> {
  const { warehouse, runId, log } = context;
  const name = `${pipeline.name}/treatments`;
  const stored = await warehouse.checkpoint(name);
  const before = stored.checkpoint?.kind === 'columns' ? stored.checkpoint.names : [];
  const unseen = await unlisted(context, { pipeline, shape, before });
  // What they have as hashes may stay.
  const plain = unseen.filter(({ property, hashes }) => !hashes || !wasHashed(before, property));
  const all = [...held(shape), ...plain];
  const now = marksOf(all, before);
  if (now.length === before.length && now.every((mark) => before.includes(mark))) return start;
  let replaces = stored.version;
  const commit = async (writes: Batch['writes'], names: readonly string[]): Promise<void> => {
    const checkpoint = { kind: 'columns', names } as const;
    ({ version: replaces } = await warehouse.commit({ pipeline: name, runId, writes, checkpoint, replaces }));
  };
  const due = changed(all, before, now);
  const fenced = due.length > 0 ? await fence(context, pipeline.name, start) : start;
  if (due.length > 0) {
    const columns = new Map(due.map(({ column, property }) => [column, property]));
    let cleared = 0;
    for await (const rows of warehouse.ids({ table: pipeline.name, state: 'any', chunk: rowsAtOnce })) {
      cleared += rows.length;
      const ids = rows.map(({ id }) => id);
      await commit([{ kind: 'clear', table: shape.table, columns, ids }], before);
    }
    if (cleared > 0)
      log.info(
        { columns: columns.size, rows: cleared },
        'emptied columns, since the privacy rules have changed',
      );
  }
  await commit([], now);
  return fenced;
}

async function fence(
  { warehouse, runId, source }: SyncContext,
  pipeline: string,
  { checkpoint: stored, version: replaces }: StoredCheckpoint,
): Promise<StoredCheckpoint> {
  // Also where there is none: a first load by the rules of before may be under way.
  const checkpoint = stored ?? startOver(undefined, source.now());
  const { version } = await warehouse.commit({ pipeline, runId, writes: [], checkpoint, replaces });
  return { version, checkpoint };
}

const rowsAtOnce = 1000;

interface Held {
  readonly property: string;
  readonly column: string;
  /** How values of it are held, where that is not plainly; a hash tells its key. */
  readonly way: string | undefined;
  /** HubSpot's word, of what is held. */
  readonly sensitivity?: string;
}

interface Unlisted extends Held {
  /** Whether it would be hashed. */
  readonly hashes: boolean;
}

function held({ columns, left }: ObjectTable): readonly Held[] {
  return [
    ...columns.map((column) => ({
      property: column.property.name,
      column: placeOf(column),
      way: column.filling,
      sensitivity: column.property.dataSensitivity,
    })),
    ...left.flatMap(({ name, property }) =>
      property.treatment.kind === 'leave' && property.treatment.why === 'excluded'
        ? [{ property: property.name, column: name, way: 'excluded' }]
        : [],
    ),
  ];
}

interface Known extends Pick<ObjectRun, 'pipeline' | 'shape'> {
  /** The marks of the run before. */
  readonly before: readonly string[];
}

/**
 * Columns of properties that HubSpot does not list any more, or that are not asked for because they are sensitive. The dictionary
 * remembers them; sensitive ones have marks, too, since not every run reads the dictionary. What a rule wants hashed cannot be read again.
 */
async function unlisted(
  { warehouse, settings: { privacy } }: SyncContext,
  { pipeline, shape: { columns, left }, before }: Known,
): Promise<readonly Unlisted[]> {
  const listed = new Set([...columns, ...left].map(({ property }) => property.name));
  const used = new Set(columns.map(placeOf));
  const rows = await warehouse.cells({
    table: 'properties',
    within: { object_type: pipeline.name },
    columns: ['name', 'column_name', 'data_sensitivity'],
  });
  const marked = before.flatMap(sensitiveOf);
  const inDictionary = rows.map(([name = '', columnName = '', sensitivity = '']) => ({
    name,
    // Withheld when the dictionary was read last, it may have been read before.
    column: columnName === '_extra' ? placeInExtra(name) : columnName || name,
    dataSensitivity: sensitivity || 'non_sensitive',
  }));
  const unmarked = inDictionary.filter(({ name }) => !marked.some((each) => each.name === name));
  return [...marked, ...unmarked].flatMap(({ column, ...property }) => {
    const { name } = property;
    if (listed.has(name) || used.has(column)) return [];
    const treatment = treatmentOf(privacy, pipeline, property);
    if (treatment !== 'exclude' && treatment !== 'hash') return [];
    return [{ property: name, column, way: 'excluded', hashes: treatment === 'hash' }];
  });
}

const markOf = (property: string, way: string): string => `${property} ${way}`;

/** `passport_number is sensitive in passport_number`. */
const sensitiveMark = / is (\S+) in /;

function sensitiveOf(
  mark: string,
): readonly { readonly name: string; readonly column: string; readonly dataSensitivity: string }[] {
  const [name, dataSensitivity, column] = mark.split(sensitiveMark);
  return name && dataSensitivity && column ? [{ name, dataSensitivity, column }] : [];
}

function wasHashed(before: readonly string[], property: string): boolean {
  return before.some((mark) => mark.startsWith(markOf(property, 'hashed ')));
}

/** What is known of properties that are not to be seen for now stays as it is. */
function marksOf(all: readonly Held[], before: readonly string[]): readonly string[] {
  const seen = new Set(all.map(({ property }) => property));
  return [
    ...all.flatMap(({ property, column, way, sensitivity }) => [
      ...(way === undefined ? [] : [markOf(property, way)]),
      ...(sensitivity === undefined || sensitivity === 'non_sensitive'
        ? []
        : [markOf(property, `is ${sensitivity} in ${column}`)]),
    ]),
    ...before.filter((mark) => !seen.has(mark.slice(0, mark.search(/ (?:excluded$|hashed |is \S+ in )/)))),
  ];
}

/** Also what is plain again: rows that are not read any more would keep hashes among the values. */
function changed(all: readonly Held[], before: readonly string[], now: readonly string[]): readonly Held[] {
  return all.filter(({ property, way }) =>
    way === undefined
      ? wasHashed(before, property)
      : now.includes(markOf(property, way)) && !before.includes(markOf(property, way)),
  );
}
