import type { Instant } from '../source.ts';
import type { PairRun } from './pair-run.ts';

interface Written {
  /** An object's. */
  readonly table: string;
  /** On the warehouse's clock. */
  readonly since: Instant;
}

/**
 * The ids of an object's records that may be linked without anybody's having edited the other end: those that others were
 * merged into, and those whose rows were written and that had no links before, be it that they are new or that they have come
 * back from the recycle bin, which had taken all links from them. As many at once as HubSpot may be asked for.
 *
 * Records that were merely edited are left out: asking for each would make changes cost a tenth more calls.
 */
export async function* newcomers(run: PairRun, { table, since }: Written): AsyncIterable<readonly string[]> {
  const { warehouse, source } = run.context;
  const { linkIds } = source.limits;
  const columns = ['into_id'];
  const merges = { table: 'merges', within: { object_type: table }, writtenSince: since, columns };
  let waiting = (await warehouse.cells(merges)).flat();
  const chunk = linkIds * chunksAtOnce;
  for await (const rows of warehouse.ids({ table, state: 'living', writtenSince: since, chunk })) {
    const ids = rows.map(({ id }) => id);
    const linked = await linkedBefore(run, { table, since }, ids);
    for (const id of ids) if (!linked.has(id)) waiting.push(id);
    while (waiting.length >= linkIds) {
      yield waiting.slice(0, linkIds);
      waiting = waiting.slice(linkIds);
    }
  }
  while (waiting.length > 0) {
    yield waiting.slice(0, linkIds);
    waiting = waiting.slice(linkIds);
  }
}

/** No index leads to links by their second end: the table is read once for so many chunks. */
const chunksAtOnce = 20;

async function linkedBefore(
  { context, pipeline }: PairRun,
  { table, since }: Written,
  all: readonly string[],
): Promise<ReadonlySet<string>> {
  const linked = new Set<string>();
  for (const end of ['from', 'to'] as const) {
    const ids = all.filter((id) => !linked.has(id));
    if (ids.length === 0) continue;
    const column = `${end}_id`;
    const found = await context.warehouse.cells({
      table: pipeline.links.name,
      within: { [`${end}_type`]: table },
      parents: { column, ids },
      writtenBefore: since,
      columns: [column],
    });
    for (const id of found.flat()) linked.add(id);
  }
  return linked;
}
