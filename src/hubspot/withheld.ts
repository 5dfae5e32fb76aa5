import { KeywayError } from '../errors.ts';
import type { SensitiveProperty } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { resultsOf } from './record-reader.ts';

/**
 * Whether the key cannot read the values of a sensitive property. What HubSpot gives without the scope is not known: null,
 * nothing, or a refusal of everything. So the key's scopes tell; where HubSpot does not say them, one question shows
 * whether it refuses.
 */
export async function isWithheld(
  client: Client,
  { object, property, scopes }: SensitiveProperty,
  asked: { readonly held: readonly string[] | undefined; readonly signal: AbortSignal },
): Promise<boolean | undefined> {
  if (asked.held !== undefined && scopes.length > 0)
    return !scopes.some((each) => asked.held?.includes(each));
  const query = { limit: '1', archived: 'false', properties: property };
  const path = apiPaths.records(object);
  try {
    await client.call({ method: 'GET', path, query, bucket: 'burst', read: resultsOf }, asked.signal);
    return undefined;
  } catch (error) {
    if (error instanceof KeywayError && isForbidden(error)) return true;
    throw error;
  }
}

function isForbidden({ code }: KeywayError): boolean {
  return code === 'scope_missing' || code === 'not_available';
}
