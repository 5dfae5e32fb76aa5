import { KeywayError } from '../errors.ts';
import type { Row } from '../table.ts';
import type { StoredId } from '../warehouse.ts';
import { endsOf, withinPair, type Direction, type PairRun } from './pair-run.ts';

interface Given {
  readonly rows: readonly Row[];
  /** Those whose links the rows are. */
  readonly answered: readonly StoredId[];
}

/**
 * Counts the links that HubSpot gave before and gives no longer, though their record lives: that many at once are rather
 * HubSpot's mistake, or the key's, than somebody's wish. What new links make up for is not lost, so that those that come
 * back after a mistake bring the count down again.
 */
export async function allowLosses(run: PairRun, direction: Direction, given: Given): Promise<void> {
  const { context, pair, pipeline } = run;
  const { warehouse, settings } = context;
  const ids = given.answered.filter(({ living }) => living).map(({ id }) => id);
  if (ids.length === 0) return;
  const links = { table: pipeline.links.name, within: withinPair(pair) };
  const parents = { column: endsOf(direction).parent, ids };
  const before = await warehouse.countRows({ ...links, parents });
  run.lost = settings.acceptDeletions ? 0 : Math.max(0, run.lost + before - given.rows.length);
  if (run.lost <= fewLosses) return;
  const rows = await warehouse.countRows(links);
  if (run.lost > rows * smallShare) throw massDeletion(run, rows);
}

const fewLosses = 1000;
const smallShare = 0.05;

function massDeletion({ pair, pipeline, lost }: PairRun, rows: number): KeywayError {
  const { from, to } = pair;
  return new KeywayError(
    'mass_deletion',
    `HubSpot no longer gives more than ${fewLosses} of the ${rows} links from ${from} to ${to}. The rest of them is kept. If it is true, run keyway sync ${pipeline.name} --accept-deletions.`,
    { verdict: 'retry', details: { pipeline: pipeline.name, deletions: lost, rows } },
  );
}
