import type { Page } from '../source.ts';
import type { ObjectRun } from './sync-object.ts';

/**
 * The pages of the recycle bin, and before each what the warehouse thinks is in that stretch of the bin and is not:
 * restored records as they are now, and as `missing` the ids that are gone for good. No watermark shows either.
 */
export async function* leftTheBin(run: ObjectRun, bin: AsyncIterable<Page>): AsyncIterable<Page> {
  const { context, pipeline, properties } = run;
  let after: string | undefined;
  for await (const page of bin) {
    const upTo = page.last ? undefined : (highestId(page) ?? after ?? '0');
    for await (const ids of idsNotIn(run, page, { after, upTo })) {
      const scan = { kind: 'ids', ids } as const;
      for await (const now of context.source.read(pipeline, properties, scan, context.signal)) {
        yield { ...now, last: false };
      }
    }
    yield { ...page, missing: [] };
    after = upTo;
  }
}

interface Stretch {
  readonly after: string | undefined;
  readonly upTo: string | undefined;
}

/** Stored as archived within the stretch, and not on the page. */
async function* idsNotIn(
  run: ObjectRun,
  page: Page,
  { after, upTo }: Stretch,
): AsyncIterable<readonly string[]> {
  const inBin = new Set(page.records.map((record) => record.id));
  const query = {
    table: run.pipeline.name,
    state: 'archived',
    chunk: idsPerScan,
    ...(after === undefined ? {} : { after }),
    ...(upTo === undefined ? {} : { upTo }),
  } as const;
  for await (const stored of run.context.warehouse.ids(query)) {
    const left = stored.filter(({ id }) => !inBin.has(id)).map(({ id }) => id);
    if (left.length > 0) yield left;
  }
}

const idsPerScan = 500;

function highestId(page: Page): string | undefined {
  let highest: string | undefined;
  for (const { id } of page.records) {
    if (highest === undefined || BigInt(id) > BigInt(highest)) highest = id;
  }
  return highest;
}
