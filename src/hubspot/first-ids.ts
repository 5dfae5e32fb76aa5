import type { ApiRequest } from './api-request.ts';
import { apiPaths } from './api-paths.ts';
import { resultsOf } from './record-reader.ts';
import { recordId } from './source-record.ts';

/** Asks for the hundred lowest ids among an object's living records, or in its recycle bin. */
export function firstIds(object: string, { archived }: { archived: boolean }): ApiRequest<readonly string[]> {
  const query = { limit: '100', archived: String(archived), properties: 'hs_object_id' };
  const read = (body: unknown): readonly string[] => resultsOf(body).map(recordId);
  return { method: 'GET', path: apiPaths.records(object), query, bucket: 'burst', read };
}
