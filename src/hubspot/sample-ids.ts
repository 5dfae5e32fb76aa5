import { compareIds } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { firstIds } from './first-ids.ts';
import { resultsOf } from './record-reader.ts';
import { totalOf } from './search.ts';
import { recordId } from './source-record.ts';

export interface SampleSize {
  /** Living records; of archived ones it takes a quarter as many. */
  readonly wanted: number;
  /** From 0 up to 1: with another one, other records of the same spread. */
  readonly shift: number;
}

export interface Sample {
  readonly living: readonly string[];
  /** Of the hundred in the recycle bin that have the lowest ids: there is no search in it. */
  readonly archived: readonly string[];
}

/** Ids from all over the range that an object has, each in ascending order: the same ones as long as the records are the same. */
export async function sampleIds(
  client: Client,
  object: string,
  { wanted, shift }: SampleSize,
  signal: AbortSignal,
): Promise<Sample> {
  const asking = { client, object, signal };
  const bin = await client.call(firstIds(object, { archived: true }), signal);
  return {
    living: await livingIds(asking, { wanted, shift }),
    archived: evenly(bin, Math.ceil(wanted / 4), shift),
  };
}

interface Asking {
  readonly client: Client;
  readonly object: string;
  readonly signal: AbortSignal;
}

async function livingIds(asking: Asking, { wanted, shift }: SampleSize): Promise<readonly string[]> {
  const lowest = await search(asking, 'ASCENDING', '0');
  if (lowest.total <= asking.client.sizes.search) return evenly(lowest.ids, wanted, shift);
  const highest = await search(asking, 'DESCENDING', '0');
  const [from, to] = [BigInt(lowest.ids[0] ?? 0), BigInt(highest.ids.at(-1) ?? 0)];
  const found: string[] = [];
  for (let part = 0; part < parts; part += 1) {
    const above = from + ((to - from) * BigInt(Math.floor((part + shift) * 1000))) / BigInt(parts * 1000);
    const { ids } = above === from ? lowest : await search(asking, 'ASCENDING', String(above));
    found.push(...evenly(ids, Math.ceil(wanted / parts), shift));
  }
  return [...new Set(found)].toSorted(compareIds).slice(0, wanted);
}

/** Into so many parts the range is cut. */
const parts = 4;

/** Calls that a sample takes at most: of searches, two more than parts, and one of the list. */
export const callsForSample = parts + 3;

interface Hits {
  readonly total: number;
  /** In ascending order, whatever the order of the answer. */
  readonly ids: readonly string[];
}

function search(
  { client, object, signal }: Asking,
  direction: 'ASCENDING' | 'DESCENDING',
  above: string,
): Promise<Hits> {
  return client.call(
    {
      method: 'POST',
      path: apiPaths.search(object),
      body: {
        filterGroups: [{ filters: [{ propertyName: 'hs_object_id', operator: 'GT', value: above }] }],
        sorts: [{ propertyName: 'hs_object_id', direction }],
        properties: ['hs_object_id'],
        limit: client.sizes.search,
      },
      bucket: 'search',
      read: (body) => ({ total: totalOf(body), ids: resultsOf(body).map(recordId).toSorted(compareIds) }),
    },
    signal,
  );
}

function evenly(ids: readonly string[], wanted: number, shift: number): readonly string[] {
  if (ids.length <= wanted) return ids;
  return Array.from({ length: wanted }, (_, at) => ids[Math.floor(((at + shift) * ids.length) / wanted)]!);
}
