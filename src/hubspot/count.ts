import type { SourceObject, Span } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { spanFilters, totalOf } from './search.ts';

/** How many living records there are, or were created in a span: what a search says it has found. */
export function countRecords(
  client: Client,
  object: SourceObject,
  created: Span | undefined,
  signal: AbortSignal,
): Promise<number> {
  const filters = created === undefined ? [] : spanFilters(object.created, created);
  return client.call(
    {
      method: 'POST',
      path: apiPaths.search(object.object),
      body: {
        filterGroups: filters.length === 0 ? [] : [{ filters }],
        properties: ['hs_object_id'],
        limit: 1,
      },
      bucket: 'search',
      read: totalOf,
    },
    signal,
  );
}
