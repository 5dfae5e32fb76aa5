import type { Link } from '../source.ts';
import type { Row } from '../table.ts';
import { fitRow } from '../transform/index.ts';
import type { StoredId } from '../warehouse.ts';
import type { Part } from './batcher.ts';
import { allowLosses } from './lost-links.ts';
import { mapAhead } from './map-ahead.ts';
import { askedPair, endsOf, replacedLinks, type Direction, type PairRun } from './pair-run.ts';

export interface LinkPart extends Omit<Part, 'checkpoint'> {
  readonly links: readonly Link[];
  /** The last id that it answers for. */
  readonly last: string;
}

/** Enough to hide HubSpot's latency; its rate limits are the budget's business. */
export const callsAhead = 4;

/** The links of these rows' records, which replace what is stored of them; of those that could not be read it stays. */
export async function* linkParts(
  run: PairRun,
  direction: Direction,
  chunks: AsyncIterable<readonly StoredId[]>,
): AsyncIterable<LinkPart> {
  const { context, pipeline, unread } = run;
  let read = 0;
  for await (const answer of mapAhead(chunks, callsAhead, (stored) => linkRows(run, direction, stored))) {
    const { rows, stored, failed } = answer;
    read += rows.length;
    context.count({ read: rows.length });
    context.onProgress({ kind: 'moved', pipeline: pipeline.name, phase: 'associations', read });
    const failing = new Set(failed.map(({ id }) => id));
    const answered = stored.filter(({ id }) => !failing.has(id));
    await allowLosses(run, direction, { rows, answered });
    unread.note({ records: answered, failed });
    const parents = { column: endsOf(direction).parent, ids: answered.map(({ id }) => id) };
    yield {
      writes: [replacedLinks(run, rows, parents)],
      rows: rows.length + stored.length,
      size: rows.length * 60,
      links: answer.links,
      last: stored.at(-1)?.id ?? '0',
    };
  }
}

interface LinkRows {
  readonly links: readonly Link[];
  readonly stored: readonly StoredId[];
  readonly rows: readonly Row[];
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
}

/** Archived and deleted records have no links: they are not asked for, and so lose what was stored. */
async function linkRows(run: PairRun, direction: Direction, stored: readonly StoredId[]): Promise<LinkRows> {
  const { context, pair, pipeline } = run;
  const living = stored.filter((record) => record.living).map(({ id }) => id);
  if (living.length === 0) return { stored, links: [], rows: [], failed: [] };
  const { links, failed } = await context.source.links(askedPair(run, direction), living, context.signal);
  const rows = links.map(({ category, typeId, fromId, toId, label }) => {
    const [from, to] = direction.reversed === true ? [toId, fromId] : [fromId, toId];
    return fitRow(pipeline.links, [pair.from, pair.to, category, typeId, from, to, label]);
  });
  return { stored, links, rows, failed };
}
