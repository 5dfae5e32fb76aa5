import { associations } from '../../pipelines/associations.ts';
import { objects as allObjects } from '../../pipelines/objects/index.ts';
import type { Checkpoint } from '../../src/checkpoint.ts';
import type { Page, Scan, Source, SourceObject } from '../../src/source.ts';
import type { Batch, Committed, Warehouse, Write } from '../../src/warehouse.ts';
import type { Around, World } from '../support/sync-world.ts';

interface Asked {
  readonly object: SourceObject;
  readonly properties: readonly string[];
  readonly scan: Scan;
}

type Pages = (scan: Scan) => AsyncIterable<Page>;

export function reading(change: (pages: Pages, asked: Asked) => AsyncIterable<Page>): Planting {
  return (source) => ({
    ...source,
    read: (object, properties, scan, signal) =>
      change((other) => source.read(object, properties, other, signal), { object, properties, scan }),
  });
}

export type Planting = Required<Around>['source'];

/** Changes as most connectors read them: by offset, in the order of the watermark. Pages are small, as accounts are here. */
export function naiveChanges(world: World, { stopsOutOfOrder = false }): Around {
  return {
    source: reading(async function* (pages, { object, scan }) {
      if (scan.kind !== 'changes') {
        yield* pages(scan);
        return;
      }
      let latest = '';
      for (let offset: string | undefined = '0'; offset !== undefined;) {
        const hits: Hits = search(world, object, scan, offset);
        const outOfOrder = hits.results.findIndex(({ updatedAt }) => updatedAt < latest);
        const taken = stopsOutOfOrder && outOfOrder >= 0 ? hits.results.slice(0, outOfOrder) : hits.results;
        latest = taken.at(-1)?.updatedAt ?? latest;
        offset = stopsOutOfOrder && outOfOrder >= 0 ? undefined : hits.paging?.next.after;
        const ids = taken.map(({ id }) => id);
        for await (const page of pages({ kind: 'ids', ids })) {
          yield { ...page, last: page.last && offset === undefined };
        }
      }
    }),
  };
}

interface Hits {
  readonly results: readonly { readonly id: string; readonly updatedAt: string }[];
  readonly paging?: { readonly next: { readonly after: string } };
}

function search(
  { sandbox }: World,
  object: SourceObject,
  { from, until }: Extract<Scan, { kind: 'changes' }>,
  after: string,
): Hits {
  const { watermark: propertyName } = object;
  const filters = [
    { propertyName, operator: 'GTE', value: String(Math.max(from, 1000)) },
    { propertyName, operator: 'LT', value: String(until) },
  ];
  const sorts = [{ propertyName, direction: 'ASCENDING' }];
  return hitsOf(sandbox, object, { filterGroups: [{ filters }], sorts, after, limit: 5 });
}

/** What the search endpoint answers. */
export function hitsOf(sandbox: World['sandbox'], { object }: SourceObject, question: object): Hits {
  const sent = sandbox.answer({
    method: 'POST',
    path: `/crm/objects/2026-09/${object}/search`,
    query: '',
    authorization: `Bearer ${sandbox.key}`,
    origin: 'http://sandbox.invalid',
    body: JSON.stringify(question),
  });
  if (sent.kind !== 'answer' || sent.status !== 200) throw new Error('HubSpot does not answer');
  return JSON.parse(sent.body.toString()) as Hits;
}

export const firstLinksOnly: Planting = (source) => ({
  ...source,
  async links(...question) {
    const seen = new Map<string, Set<string>>();
    const { links, failed } = await source.links(...question);
    const first = links.filter(({ fromId, toId }) => {
      const targets = seen.get(fromId) ?? new Set();
      seen.set(fromId, targets);
      return targets.has(toId) || (targets.size < 3 && targets.add(toId));
    });
    return { links: first, failed };
  },
});

export const oneEndOnly: Planting = (source) => ({
  ...source,
  links(pair, ...question) {
    const asked = associations(allObjects).pairs.some(({ from, to }) => from === pair.from && to === pair.to);
    return asked ? source.links(pair, ...question) : Promise.resolve({ links: [], failed: [] });
  },
});

export const strictWindows = reading((pages, { scan }) =>
  pages(scan.kind === 'changes' ? { ...scan, from: scan.from + 1 } : scan),
);

export const withoutBin = reading(async function* (pages, { scan }) {
  if (scan.kind === 'archived')
    yield { records: [], missing: [], merged: [], failed: [], position: '', last: true };
  else if (scan.kind === 'ids' && scan.archived === true)
    yield { records: [], missing: scan.ids, merged: [], failed: [], position: '', last: true };
  else yield* pages(scan);
});

export function replaysOldPages(world: World): Planting {
  const earlier = seen.get(world) ?? new Map<string, OldPage>();
  seen.set(world, earlier);
  // Of two edits in one millisecond, nothing tells which one an answer has.
  const versionOf = (object: string, id: string): string | undefined =>
    world.sandbox.world.truth.record(object, id)?.updatedAt;
  return reading(async function* (pages, { object, properties, scan }) {
    const names = properties.join();
    const old = earlier.get(object.object);
    for await (const page of pages(scan)) {
      if (scan.kind === 'changes' && page.last && old !== undefined && old.names === names) {
        yield { ...page, last: false };
        const passed = old.page.records.filter(
          ({ id, updatedAt }) => versionOf(object.object, id) !== updatedAt,
        );
        const others = { missing: [], merged: [], failed: [], position: page.position, last: true };
        yield { ...old.page, ...others, records: passed };
      } else yield page;
      if (scan.kind === 'changes' && page.records.length > 0) {
        earlier.set(object.object, { page, names });
      }
    }
  });
}

/** Values are in the order of the properties asked for. */
interface OldPage {
  readonly page: Page;
  readonly names: string;
}

const seen = new WeakMap<World, Map<string, OldPage>>();

export const firstPageOnly = reading(async function* (pages, { scan }) {
  for await (const page of pages(scan)) {
    yield scan.kind === 'all' ? { ...page, last: true } : page;
    if (scan.kind === 'all') return;
  }
});

export const withoutNewest = reading(async function* (pages, { scan }) {
  for await (const page of pages(scan))
    yield scan.kind === 'all' && scan.fromId !== undefined ? { ...page, records: [] } : page;
});

export const forgetful = reading(async function* (pages, { scan }) {
  for await (const page of pages(scan)) {
    const records = scan.kind === 'changes' ? page.records.slice(1) : page.records;
    yield { ...page, records };
  }
});

export function rewriting(change: (write: Write) => readonly Write[]): Required<Around>['warehouse'] {
  return (warehouse) => ({
    ...warehouse,
    commit: (batch) => warehouse.commit({ ...batch, writes: batch.writes.flatMap(change) }),
  });
}

export function without(kind: Write['kind']): (write: Write) => readonly Write[] {
  return (write) => (write.kind === kind ? [] : [write]);
}

export function keepOldLinks(write: Write): readonly Write[] {
  const links = write.kind === 'replace' && write.table.name === 'associations';
  return links ? [{ kind: 'upsert', table: write.table, rows: write.rows }] : [write];
}

/** Neither a purge nor its second look reaches what is stored of history. */
export function keepHistory(write: Write): readonly Write[] {
  if (write.kind === 'replace' && write.table.name === 'property_history') return [];
  if (write.kind !== 'purge') return [write];
  return [{ ...write, held: write.held.filter(({ table }) => table !== 'property_history') }];
}

export function withoutLatestEntries(source: Source): Source {
  return {
    ...source,
    async history(object, question, signal) {
      const answer = await source.history(object, question, signal);
      const records = answer.records.map(({ id, properties }) => ({
        id,
        properties: properties.map((each) => {
          const latest = Math.max(...each.entries.map(({ at }) => at));
          return { ...each, entries: each.entries.filter(({ at }) => at < latest) };
        }),
      }));
      return { ...answer, records };
    },
  };
}

export function withoutMerges(write: Write): readonly Write[] {
  if (write.table.name === 'merges') return [];
  if (write.kind !== 'close') return [write];
  return [{ ...write, closures: write.closures.filter(({ mergedIntoId }) => mergedIntoId === undefined) }];
}

export function unguarded(write: Write): readonly Write[] {
  const { version: _version, ...table } = write.table;
  return write.kind === 'upsert' ? [{ ...write, table }] : [write];
}

/** And now and then the process dies between the two. */
export function checkpointFirst(): Required<Around>['warehouse'] {
  let commits = 0;
  return (real) => ({
    ...real,
    async commit(batch: Batch): Promise<Committed> {
      const first = await real.commit({ ...batch, writes: [] });
      if (++commits % 7 === 0) throw new Error('planted death');
      const counts = await real.commit({ ...batch, replaces: first.version });
      return { ...counts, version: first.version + 1 };
    },
  });
}

export function watermarkFromTheFinish(real: Warehouse, source: Source): Warehouse {
  const loading = new Set<string>();
  const late = new Map<string, { readonly right: number; readonly wrong: number }>();
  const changed = (pipeline: string, checkpoint: Checkpoint): Checkpoint => {
    if (checkpoint.kind === 'loading') loading.add(pipeline);
    if (checkpoint.kind !== 'live') return checkpoint;
    if (loading.delete(pipeline)) {
      late.set(pipeline, { right: checkpoint.watermark, wrong: source.now() });
    }
    const bug = late.get(pipeline);
    if (bug === undefined || bug.right !== checkpoint.watermark) return checkpoint;
    return { ...checkpoint, watermark: bug.wrong, settled: bug.wrong };
  };
  return {
    ...real,
    commit: (batch) => real.commit({ ...batch, checkpoint: changed(batch.pipeline, batch.checkpoint) }),
  };
}

/** Whoever comes second replaces whatever is there. */
export function fenceless(real: Warehouse): Warehouse {
  return {
    ...real,
    commit: async (batch) => {
      const { version } = await real.checkpoint(batch.pipeline);
      return real.commit({ ...batch, replaces: version });
    },
  };
}

/** A run row that says what was hoped for. */
export function alwaysComplete(real: Warehouse): Warehouse {
  return {
    ...real,
    savePipelineRun: ({ code: _code, reason: _reason, ...run }) =>
      real.savePipelineRun({ ...run, outcome: run.outcome === 'running' ? 'running' : 'complete' }),
  };
}

export const passingOver = reading(async function* (pages, { scan }) {
  for await (const page of pages(scan)) yield { ...page, failed: [] };
});
