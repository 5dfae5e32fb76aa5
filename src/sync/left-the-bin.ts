import { compareIds } from '../source.ts';
import type { Page } from '../source.ts';
import type { StoredId } from '../warehouse.ts';
import { listedIds } from './listed-ids.ts';
import type { ObjectRun } from './object-run.ts';
import type { StepItem } from './step-item.ts';
import { whatBecameOf, whereaboutsOf } from './what-became-of.ts';

/**
 * The pages of the recycle bin, and before each what the warehouse thinks is in that stretch of the bin and is not:
 * restored, merged or gone. No watermark shows any of it. `from`: everything up to this id was seen before.
 */
export async function* leftTheBin(
  run: ObjectRun,
  bin: AsyncIterable<Page>,
  from?: string,
): AsyncIterable<StepItem> {
  let after = from;
  for await (const page of bin) {
    const inBin = listedIds(page).toSorted(compareIds);
    const upTo = page.last ? undefined : (inBin.at(-1) ?? after ?? '0');
    for await (const left of storedButNotIn(run, new Set(inBin), { after, upTo })) {
      for await (const portion of whatBecameOf(run, left)) yield { portion };
    }
    for await (const portion of whereaboutsOf(run, page.missing)) yield { portion };
    if (page.last) run.deletions.noteBin();
    const portion = { records: page.records, merged: page.merged, gone: [] };
    yield { portion, page: upTo === undefined ? page : { ...page, afterId: upTo } };
    after = upTo;
  }
}

interface Stretch {
  readonly after: string | undefined;
  readonly upTo: string | undefined;
}

async function* storedButNotIn(
  run: ObjectRun,
  inBin: ReadonlySet<string>,
  { after, upTo }: Stretch,
): AsyncIterable<readonly StoredId[]> {
  const query = {
    table: run.pipeline.name,
    state: 'archived',
    chunk: idsPerScan,
    ...(after === undefined ? {} : { after }),
    ...(upTo === undefined ? {} : { upTo }),
  } as const;
  for await (const stored of run.context.warehouse.ids(query)) {
    const left = stored.filter(({ id }) => !inBin.has(id));
    if (left.length > 0) yield left;
  }
}

const idsPerScan = 500;
