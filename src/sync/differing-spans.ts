import type { Span } from '../source.ts';
import type { CreatedIn } from '../warehouse.ts';
import type { Findings } from './findings.ts';
import type { ObjectRun } from './object-run.ts';
import { sizes } from './reconciliation.ts';

/** Spans in which the counts differ, halved along the borders of months until comparing their ids is cheap. */
export async function* differingSpans(run: ObjectRun, findings: Findings): AsyncIterable<CreatedIn> {
  const { columns } = run.shape;
  const created = columns.find(({ property }) => property.name === run.pipeline.created);
  if (created === undefined) return;
  // HubSpot answers a search from the epoch itself with an error 500.
  const all = { from: 1000, until: run.startedAt + day, column: created.name };
  yield* differingWithin(run, all, findings);
}

const day = 86_400_000;
/** Ids of some pages of a search. */
const cheap = 1000;

/** Of this span; of another date where the run's pipeline has that as its date of creation. */
export async function* differingWithin(
  run: ObjectRun,
  span: CreatedIn,
  findings: Findings,
): AsyncIterable<CreatedIn> {
  const { inHubspot, inWarehouse } = await sizes(run, span);
  findings.calls += 1;
  if (inHubspot === inWarehouse) return;
  const middle = middleOf(span);
  if (middle === undefined || (Math.max(inHubspot, inWarehouse) <= cheap && isOneMonth(span))) yield span;
  else {
    yield* differingWithin(run, { ...span, until: middle }, findings);
    yield* differingWithin(run, { ...span, from: middle }, findings);
  }
}

/** The border of months that is nearest to the middle; within one month, the middle. */
function middleOf(span: Span): number | undefined {
  const middle = Math.floor((span.from + span.until) / 2);
  if (isOneMonth(span)) return middle > span.from ? middle : undefined;
  const border = monthOf(middle);
  return border > span.from ? border : monthAfter(span.from);
}

function isOneMonth({ from, until }: Span): boolean {
  return until <= monthAfter(from);
}

function monthOf(instant: number): number {
  const date = new Date(instant);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function monthAfter(instant: number): number {
  const date = new Date(instant);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
