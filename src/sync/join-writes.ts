import { isPacked } from '../packed-rows.ts';
import type { Write } from '../warehouse.ts';

/**
 * The same writes in fewer pieces: a warehouse takes two thousand rows at once for little more than it takes one, and to
 * BigQuery each piece is a load job, a look at the whole table, and a part of the megabyte that the text of a query may have.
 * A write joins the latest one of its form on its table, and overtakes none that is about one of its rows, or may be.
 */
export function joinWrites(writes: readonly Write[]): readonly Write[] {
  const joined = new Set<Piece>();
  const byTable = new Map<string, Piece[]>();
  for (const write of writes) {
    const { name } = write.table;
    const pieces = byTable.get(name) ?? [];
    byTable.set(name, pieces);
    const ids = idsIn(write);
    const into = ids && pieceFor(write, ids, pieces);
    const piece = into ?? { writes: [write], ids: ids && new Set<string>() };
    into?.writes.push(write);
    for (const id of ids ?? []) piece.ids?.add(id);
    // What is to be cleared takes in what was merged into it meanwhile: it waits for the last one.
    if (write.kind === 'purge' && joined.delete(piece)) pieces.splice(pieces.indexOf(piece), 1);
    if (!joined.has(piece)) pieces.push(piece);
    joined.add(piece);
  }
  return [...joined].map(({ writes: each }) => whole(each));
}

/** What becomes one write. */
interface Piece {
  readonly writes: [Write, ...Write[]];
  /** Of the rows that it is about, or of the parents of these; absent where they cannot be told. */
  readonly ids: Set<string> | undefined;
}

type Of<Kind extends Write['kind']> = Extract<Write, { kind: Kind }>;

function idsIn(write: Write): readonly string[] | undefined {
  switch (write.kind) {
    case 'upsert':
    case 'refresh':
      return rowIds(write);
    case 'close':
      return write.closures.map(({ id }) => id);
    case 'replace':
      return write.range === undefined && write.closedAt === undefined ? write.parents?.ids : undefined;
    case 'purge':
      // Of records in the bin, all but what their rows still have is cleared; any other also closes what was merged into them.
      return write.inBin === true ? write.ids : undefined;
    case 'clear':
      return undefined;
  }
}

/** See `PackedRow.key`. */
function rowIds({ table, rows }: Of<'upsert'> | Of<'refresh'>): readonly string[] {
  const key = table.key.map((name) => table.columns.findIndex((column) => column.name === name));
  return rows.map((row) => (isPacked(row) ? row.key : key.map((place) => String(row[place])).join('\0')));
}

function pieceFor(write: Write, ids: readonly string[], pieces: readonly Piece[]): Piece | undefined {
  const between: Piece[] = [];
  for (const piece of pieces.toReversed()) {
    const [other] = piece.writes;
    if (isAlike(other, write)) return mayJoin(write, ids, { piece, between }) ? piece : undefined;
    // Ids of parents say nothing of those of rows.
    if (!isApart(ids, piece) || write.kind === 'replace' || other.kind === 'replace') return undefined;
    between.push(piece);
  }
  return undefined;
}

function isApart(ids: Iterable<string>, { ids: others }: Piece): boolean {
  if (others === undefined) return false;
  for (const id of ids) if (others.has(id)) return false;
  return true;
}

interface Place {
  readonly piece: Piece;
  /** What comes after it. */
  readonly between: readonly Piece[];
}

function mayJoin({ kind }: Write, ids: readonly string[], { piece, between }: Place): boolean {
  // Of two rows with one key, an upsert knows itself which one holds.
  if (kind === 'upsert') return true;
  if (kind === 'purge') return between.every(({ ids: later }) => later?.isDisjointFrom(piece.ids!) === true);
  return isApart(ids, piece);
}

function isAlike(one: Write, other: Write): boolean {
  if (one.table.columns !== other.table.columns || one.table.version !== other.table.version) return false;
  return one.kind === other.kind && JSON.stringify(formOf(one)) === JSON.stringify(formOf(other));
}

/** What it says of all its rows. */
function formOf(write: Write): unknown {
  switch (write.kind) {
    case 'refresh':
      return write.misfits;
    case 'replace':
      return [write.within, write.parents?.column];
    case 'purge':
      return [write.deletedAt, write.held, write.inBin];
    default:
      return undefined;
  }
}

function whole(writes: readonly [Write, ...Write[]]): Write {
  const [first] = writes;
  if (writes.length === 1) return first;
  switch (first.kind) {
    case 'upsert':
      return { ...first, rows: (writes as readonly Of<'upsert'>[]).flatMap(({ rows }) => rows) };
    case 'refresh':
      return { ...first, rows: (writes as readonly Of<'refresh'>[]).flatMap(({ rows }) => rows) };
    case 'close':
      return { ...first, closures: (writes as readonly Of<'close'>[]).flatMap(({ closures }) => closures) };
    case 'purge':
      return { ...first, ids: (writes as readonly Of<'purge'>[]).flatMap(({ ids }) => ids) };
    case 'replace':
      return wholeReplacement(first, writes as readonly Of<'replace'>[]);
    case 'clear':
      return first;
  }
}

function wholeReplacement(first: Of<'replace'>, writes: readonly Of<'replace'>[]): Write {
  const parents = first.parents && {
    ...first.parents,
    ids: writes.flatMap((write) => write.parents?.ids ?? []),
  };
  return { ...first, rows: writes.flatMap(({ rows }) => rows), ...(parents && { parents }) };
}
