import { KeywayError } from '../errors.ts';
import { apiPaths } from './api-paths.ts';
import type { ApiRequest } from './api-request.ts';
import type { Client } from './client.ts';
import { resultsOf } from './record-reader.ts';

/** Why an object can't be read, by trying; nothing when it can. Errors that aren't about the object are thrown. */
export async function probeObject(
  client: Client,
  object: string,
  signal: AbortSignal,
): Promise<KeywayError | undefined> {
  try {
    await client.call(probeRequest(object), signal);
    return undefined;
  } catch (error) {
    if (error instanceof KeywayError && error.verdict === 'skip') return error;
    throw error;
  }
}

/** The cheapest way to find out whether an object can be read. */
export function probeRequest(object: string): ApiRequest<unknown> {
  const query = { limit: '1', archived: 'false', properties: 'hs_object_id' };
  return { method: 'GET', path: apiPaths.records(object), query, bucket: 'burst', read: resultsOf };
}
