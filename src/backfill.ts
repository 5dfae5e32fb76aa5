import { createHash } from 'node:crypto';
import { count, instant } from './figures.ts';
import type { Span } from './source.ts';

/** Which records of an object are read again, and how much of each. Neither a span nor ids: all of them. */
export interface BackfillRequest {
  readonly span?: BackfillSpan;
  /** Ascending, each once. */
  readonly ids?: readonly string[];
  /** Only these are read and written; absent: whole records, with their links and history. */
  readonly properties?: readonly string[];
}

export interface BackfillSpan extends Partial<Span> {
  /** The date that has to be in the span: when HubSpot last changed the record, or when it was created. */
  readonly by: 'modified' | 'created';
}

/**
 * The name of its checkpoint. The same request has the same one, so that it goes on where it was; another one has another, so
 * that several may be unfinished at the same time.
 */
export function backfillName(pipeline: string, { span, ids, properties }: BackfillRequest): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([span?.by, span?.from, span?.until, properties?.toSorted()]));
  for (const id of ids ?? []) hash.update(`,${id}`);
  return `${pipeline}/${prefix}${hash.digest('hex').slice(0, 8)}`;
}

/** The pipeline whose backfill such a checkpoint is of; nothing for another one's name. */
export function backfilled(checkpoint: string): string | undefined {
  const [pipeline, part] = checkpoint.split('/');
  return part?.startsWith(prefix) === true ? pipeline : undefined;
}

const prefix = 'backfill-';

/** `modified from 2026-01-01 00:00:00 UTC up to …`, for people: the records that a begun backfill is of. */
export function backfilledRecords({
  span,
  ids,
}: {
  readonly span?: Span & Pick<BackfillSpan, 'by'>;
  readonly ids?: number;
}): string {
  if (ids !== undefined) return `${count(ids)} named`;
  if (span === undefined) return 'all records';
  return `${span.by} from ${instant(span.from)} up to ${instant(span.until)}`;
}
