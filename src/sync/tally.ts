import { isSmall, type Checkpoint } from '../checkpoint.ts';
import type { Step } from '../plan.ts';
import type { Span } from '../source.ts';
import type { Row } from '../table.ts';
import type { Outlook } from './estimate.ts';
import type { ObjectRun } from './object-run.ts';

/** How many records of an object there are to read, as HubSpot's search counts them: each question is put once. */
export interface Tally {
  records(step: Step): Promise<Counted>;
  /** Rows to judge the others by, where the table has none and it matters. */
  sample(step: Step): Promise<readonly Row[]>;
  outlook(): Promise<Outlook>;
}

interface Counted {
  readonly records: number;
  readonly isAtLeast?: true;
}

export function openTally(run: ObjectRun, start: Checkpoint | undefined): Tally {
  const { pipeline, context, startedAt, listed } = run;
  const { source, warehouse, signal } = context;
  const all = once(() => source.count(pipeline, undefined, signal));
  const bin = once(() => countBin(run));
  const counts = once(async () => (await warehouse.rowCounts([pipeline.name])).get(pipeline.name));
  // Whatever property it is that tells the time.
  const changed = (span: Span): Promise<number> =>
    source.count({ ...pipeline, created: pipeline.watermark }, span, signal);
  const since = start?.kind === 'live' ? start.watermark : undefined;
  const fresh = once(async () => {
    if (since === undefined) return { written: 0, created: 0 };
    const span = { from: since, until: startedAt + day };
    const written = pipeline.watermark === '' ? 0 : await changed(span);
    return { written, created: written === 0 ? 0 : await source.count(pipeline, span, signal) };
  });
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
      if (step.scan?.kind === 'changes') return { records: await changed(step.scan) };
      const rows = (await counts()) ?? { rows: 0, living: 0 };
      return { records: step.task === 'fill' ? rows.rows : Math.max(rows.living, listed ? await all() : 0) };
    },
    async sample(step) {
      const matters = step.task === 'load' && warehouse.estimate !== undefined;
      return matters && ((await counts())?.rows ?? 0) === 0 ? sampleOf(run) : [];
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
