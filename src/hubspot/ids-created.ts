import type { SourceObject, Span } from '../source.ts';
import { changedIds } from './changed-ids.ts';
import type { Client } from './client.ts';
import { openSearch } from './search.ts';

/** The ids of living records that were created in a span: found as changes are, by another date. */
export async function* idsCreated(
  client: Client,
  object: SourceObject,
  created: Span,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const search = openSearch(client, object, object.created, signal);
  const all = { ...created, afterId: '0' };
  for await (const { ids } of changedIds(search, all, created.until, client.sizes)) yield ids;
}
