import { isSmall, type Checkpoint } from '../checkpoint.ts';
import type { Step } from '../plan.ts';
import type { Instant, Span } from '../source.ts';
import type { Row } from '../table.ts';
import type { Outlook } from './estimate.ts';
import type { ObjectRun } from './object-run.ts';

/** How many records of an object there are to read, as HubSpot's search counts them: each question is put once. */
export interface Tally {
  records(step: Step): Promise<Counted>;
  /** Rows to judge the others by, where the table has none and it matters. */
  sample(step: Step): Promise<readonly Row[]>;
  outlook(): Promise<Outlook>;
  /** Living rows whose records are neither among the living nor in the recycle bin, as far as counts tell. */
  vanished(): Promise<number>;
}

interface Counted {
  readonly records: number;
  readonly isAtLeast?: true;
}

export function openTally(run: ObjectRun, start: Checkpoint | undefined): Tally {
  const { pipeline, context, listed } = run;
  const { source, warehouse, signal } = context;
  const all = once(() => source.count(pipeline, undefined, signal));
  const bin = once(() => countBin(run));
  const counts = once(async () => (await warehouse.rowCounts([pipeline.name])).get(pipeline.name));
  const since = start?.kind === 'live' ? start.watermark : undefined;
  const fresh = once(() => news(run, since));
  let isLoaded = false;
  return {
    async records(step) {
      if (step.task === 'load') {
        isLoaded = true;
        const living = await all();
        const isBegun = step.scan.kind === 'all' && step.scan.position !== undefined;
        return { records: isBegun ? Math.max(0, living - ((await counts())?.living ?? 0)) : living };
      }
      if (step.task === 'bin') {
        const known = 'bin' in step.checkpoint ? step.checkpoint.bin : undefined;
        return known?.records === undefined ? bin() : { records: known.records };
      }
      if (step.scan?.kind === 'changes') return { records: await changed(run, step.scan) };
      const rows = (await counts()) ?? { rows: 0, living: 0 };
      return { records: step.task === 'fill' ? rows.rows : Math.max(rows.living, listed ? await all() : 0) };
    },
    async sample(step) {
      const matters = step.task === 'load' && warehouse.estimate !== undefined;
      return matters && ((await counts())?.rows ?? 0) === 0 ? sampleOf(run) : [];
    },
    async vanished() {
      const gone = ((await counts())?.living ?? 0) + (await fresh()).created - (await all());
      if (gone <= 0) return 0;
      const before = start?.kind === 'live' ? (start.bin?.records ?? 0) : 0;
      return Math.max(0, gone - Math.max(0, (await bin()).records - before));
    },
    async outlook() {
      const rows = (await counts())?.rows ?? 0;
      if (!isLoaded) return { rows: rows + (await fresh()).created, archived: 0, ...(await fresh()) };
      const archived = (await bin()).records;
      const written = (await all()) + archived;
      return { rows: Math.max(rows, written), written, created: Math.max(0, written - rows), archived };
    },
  };
}

/** Whatever property it is that tells the time. */
function changed({ pipeline, context }: ObjectRun, span: Span): Promise<number> {
  return context.source.count({ ...pipeline, created: pipeline.watermark }, span, context.signal);
}

/** What was changed and created since the watermark. */
async function news(
  run: ObjectRun,
  since: Instant | undefined,
): Promise<Pick<Outlook, 'written' | 'created'>> {
  const { pipeline, properties, context, startedAt } = run;
  const isTold = [pipeline.watermark, pipeline.created].every((name) => properties.includes(name));
  if (since === undefined || !isTold) return { written: 0, created: 0 };
  const span = { from: since, until: startedAt + day };
  const written = await changed(run, span);
  return { written, created: written === 0 ? 0 : await context.source.count(pipeline, span, context.signal) };
}

const day = 86_400_000;

/** HubSpot's search knows nothing of the recycle bin: it is looked into, as far as it is small. */
async function countBin({ pipeline, context }: ObjectRun): Promise<Counted> {
  const { source, signal } = context;
  let records = 0;
  for await (const page of source.read(pipeline, ['hs_object_id'], { kind: 'archived' }, signal)) {
    records += page.records.length;
    if (page.last) return { records };
    if (!isSmall({ startedAt: 0, side: 'before', records })) break;
  }
  return { records, isAtLeast: true };
}

async function sampleOf({ pipeline, context, properties, shape }: ObjectRun): Promise<readonly Row[]> {
  const { source, signal } = context;
  for await (const page of source.read(pipeline, properties, { kind: 'all' }, signal))
    return page.records.map((record) => shape.row(record).row);
  return [];
}

/** What it gives is asked for once. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
