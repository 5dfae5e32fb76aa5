import type { BackfillSpan } from '../backfill.ts';
import type { BackfillCheckpoint } from '../checkpoint.ts';
import { KeywayError } from '../errors.ts';
import type { BackfillPiece } from './backfill-pieces.ts';
import { compareSpan } from './compare-counts.ts';
import { differingWithin } from './differing-spans.ts';
import { noFindings } from './findings.ts';
import { readRecords, type ObjectRun } from './object-run.ts';
import { nothing } from './portion.ts';
import { whatBecameOf } from './what-became-of.ts';

type Span = Required<BackfillSpan>;

/** Where rows have these dates. */
export const dateColumns = { modified: '_updated_at', created: '_created_at' } as const;

/** The records of a span: those that HubSpot's search finds, and those of rows that it does not find. */
export function backfilledSpan(
  run: ObjectRun,
  span: Span,
  state: BackfillCheckpoint,
): AsyncIterable<BackfillPiece> {
  switch (state.phase) {
    case 'absent':
      return absent(run, span);
    case 'archived':
      return archived(run, span, state);
    default:
      return found(run, span, state);
  }
}

/** The object, to be counted and searched by the date of the span. Throws `not_available` where it has none. */
export function dated({ pipeline, properties }: ObjectRun, { by }: Pick<Span, 'by'>): ObjectRun['pipeline'] {
  const date = by === 'created' ? pipeline.created : pipeline.watermark;
  if (properties.includes(date)) return { ...pipeline, created: date };
  throw new KeywayError(
    'not_available',
    `HubSpot does not tell when ${pipeline.name} were ${by}: backfill all of them, or those of --ids.`,
    { verdict: 'skip' },
  );
}

/** Search gives 10,000 at most: the source reads more in halves. */
async function* found(
  run: ObjectRun,
  { by, from, until }: Span,
  { position }: BackfillCheckpoint,
): AsyncIterable<BackfillPiece> {
  const created = by === 'created' ? { by } : {};
  const scan = { kind: 'changes', from, until, ...created, ...(position && { position }) } as const;
  for await (const page of readRecords(run, scan)) {
    const portion = { records: page.records, merged: page.merged, gone: [] };
    if (page.last) yield { portion };
    else yield { portion, at: { phase: 'records', position: page.position } };
  }
}

/** Counts tell cheaply that there are none; else ids are compared where counts differ. */
async function* absent(run: ObjectRun, { by, from, until }: Span): AsyncIterable<BackfillPiece> {
  const byDate = { ...run, pipeline: dated(run, { by }) };
  // HubSpot answers a search from the epoch itself with an error 500.
  const span = { from: Math.max(from, 1000), until, column: dateColumns[by] };
  const findings = noFindings();
  for await (const differing of differingWithin(byDate, span, findings)) {
    for await (const portion of compareSpan(byDate, differing, findings)) yield { portion };
  }
}

async function* archived(
  run: ObjectRun,
  { by, from, until }: Span,
  { afterId }: BackfillCheckpoint,
): AsyncIterable<BackfillPiece> {
  const created = { from, until, column: dateColumns[by] };
  const query = { table: run.pipeline.name, state: 'archived', created, chunk: rowsAtOnce } as const;
  for await (const rows of run.context.warehouse.ids({ ...query, ...(afterId && { after: afterId }) })) {
    for await (const portion of whatBecameOf(run, rows)) yield { portion };
    yield { portion: nothing, at: { phase: 'archived', afterId: rows.at(-1)!.id } };
  }
}

const rowsAtOnce = 500;
