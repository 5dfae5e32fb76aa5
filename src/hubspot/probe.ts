import { KeywayError } from '../errors.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { resultsOf } from './record-reader.ts';

/** Why an object can't be read, by trying; nothing when it can. Errors that aren't about the object are thrown. */
export async function probeObject(
  client: Client,
  object: string,
  signal: AbortSignal,
): Promise<KeywayError | undefined> {
  const query = { limit: '1', archived: 'false', properties: 'hs_object_id' };
  const path = apiPaths.records(object);
  try {
    await client.call({ method: 'GET', path, query, bucket: 'burst', read: resultsOf }, signal);
    return undefined;
  } catch (error) {
    if (error instanceof KeywayError && error.verdict === 'skip') return error;
    throw error;
  }
}
