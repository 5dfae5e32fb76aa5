import type { BackfillPiece } from './backfill-pieces.ts';
import type { ObjectRun } from './object-run.ts';
import { nothing } from './portion.ts';
import { whatBecameOf } from './what-became-of.ts';

/** The records of these ids, wherever they are by now. */
export async function* backfilledIds(
  run: ObjectRun,
  ids: readonly string[],
  afterId: string | undefined,
): AsyncIterable<BackfillPiece> {
  const begin = afterId === undefined ? 0 : ids.indexOf(afterId) + 1;
  for (let start = begin; start < ids.length; start += idsAtOnce) {
    const some = ids.slice(start, start + idsAtOnce);
    yield* lookedUp(run, some);
    yield { portion: nothing, at: { phase: 'records', afterId: some.at(-1)! } };
  }
}

/** Five calls, under way at once. */
const idsAtOnce = 500;

/** What became of each; an id without a row that HubSpot does not know is unknown. */
export async function* lookedUp(run: ObjectRun, ids: readonly string[]): AsyncIterable<BackfillPiece> {
  const query = { table: run.pipeline.name, state: 'any', among: ids, chunk: ids.length } as const;
  const stored = new Map(
    (await Array.fromAsync(run.context.warehouse.ids(query))).flat().map((row) => [row.id, row]),
  );
  const rows = ids.map((id) => stored.get(id) ?? { id, living: false, archived: false });
  for await (const { gone, ...portion } of whatBecameOf(run, rows)) {
    const unknown = gone.map(({ id }) => id).filter((id) => !stored.has(id));
    // What is closed is closed: only what still seems to be there can be found to be gone.
    const open = gone.filter(
      ({ id }) => stored.get(id)?.living === true || stored.get(id)?.archived === true,
    );
    yield { portion: { ...portion, gone: open }, unknown };
  }
}
