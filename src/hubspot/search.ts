import { apiPaths } from './api-paths.ts';
import { badAnswer } from './bad-answer.ts';
import type { Client } from './client.ts';
import { compareIds, type Instant, type SourceObject, type Span } from '../source.ts';
import { resultsOf } from './record-reader.ts';
import { changeOf, isObject, recordId } from './source-record.ts';

/** Which records: with a date in `[from, until)`, with ids above `above` and, if given, up to `upTo`. */
export interface SearchRange {
  readonly from: Instant;
  readonly until: Instant;
  readonly above: string;
  readonly upTo?: string;
}

export interface Hits {
  /** How many records are in the range in all. */
  readonly total: number;
  /** The ids of some of them: a page at most, supposedly the lowest. Neither order nor range can be trusted. */
  readonly ids: readonly string[];
  /** When these records last changed; not a number where the answer does not say so. */
  readonly changedAt?: ReadonlyMap<string, Instant>;
}

/** Asks HubSpot's search index for ids. */
export type Search = (range: SearchRange) => Promise<Hits>;

/** By the date that tells when records changed, or when they were created. */
export function openSearch(client: Client, object: SourceObject, date: string, signal: AbortSignal): Search {
  return (range) =>
    client.call(
      {
        method: 'POST',
        path: apiPaths.search(object.object),
        body: searchBody(date, range, client.sizes.search),
        bucket: 'search',
        read: (body) => hitsOf(body, range),
      },
      signal,
    );
}

/**
 * Sorted by id, which never changes: sorted by time, a record edited meanwhile would shift the others across a page
 * border. No `after` either: it counts, and ends at 10,000.
 */
function searchBody(date: string, range: SearchRange, limit: number): object {
  const filters = [
    ...spanFilters(date, range),
    { propertyName: 'hs_object_id', operator: 'GT', value: range.above },
    ...(range.upTo === undefined
      ? []
      : [{ propertyName: 'hs_object_id', operator: 'LTE', value: range.upTo }]),
  ];
  return {
    filterGroups: [{ filters }],
    sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
    properties: ['hs_object_id'],
    limit,
  };
}

export function spanFilters(date: string, { from, until }: Span): readonly object[] {
  return [
    // From the epoch itself, HubSpot answers with an error 500.
    { propertyName: date, operator: 'GTE', value: String(Math.max(from, 1000)) },
    { propertyName: date, operator: 'LT', value: String(until) },
  ];
}

function hitsOf(body: unknown, range: SearchRange): Hits {
  const results = resultsOf(body);
  const changedAt = new Map(results.map((result) => [recordId(result), changeOf(result)]));
  const hits = { total: totalOf(body), ids: results.map(recordId), changedAt };
  const none = hits.ids.every((id) => compareIds(id, range.above) <= 0);
  if (hits.total > 0 && none) throw badAnswer('a search found records but shows none of them');
  return hits;
}

export function totalOf(body: unknown): number {
  const total = isObject(body) ? body['total'] : undefined;
  if (typeof total !== 'number' || !Number.isSafeInteger(total) || total < 0) {
    throw badAnswer('a search does not say how many records it found');
  }
  return total;
}
