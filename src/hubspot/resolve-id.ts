import { KeywayError } from '../errors.ts';
import { apiPaths } from './api-paths.ts';
import type { BatchOptions, Versioned } from './read-or-split.ts';
import { recordId } from './source-record.ts';

/**
 * The id under which HubSpot keeps a record now: another one when the record was merged into it, none when it is gone
 * (HubSpot changelog, Updated merge functionality). Values are read elsewhere: they may not fit into a URL.
 */
export async function resolveId(
  id: string,
  options: Omit<BatchOptions<Versioned>, 'question'>,
): Promise<string | undefined> {
  const { client, object, archived, signal } = options;
  const query = { properties: 'hs_object_id', ...(archived ? { archived: 'true' } : {}) };
  const path = apiPaths.record(object, id);
  try {
    return await client.call({ method: 'GET', path, query, bucket: 'burst', read: recordId }, signal);
  } catch (error) {
    if (error instanceof KeywayError && error.code === 'hubspot_not_found') return undefined;
    throw error;
  }
}
