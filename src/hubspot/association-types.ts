import { z } from 'zod';
import type { AssociationType, Pair } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { allResults, id, text } from './dictionary.ts';

/** The kinds of links that exist from one object to another. Their ids depend on the direction. */
export function readAssociationTypes(
  client: Client,
  pair: Pair,
  signal: AbortSignal,
): Promise<readonly AssociationType[]> {
  const path = apiPaths.associationLabels(pair.from, pair.to);
  return allResults(client, { path, item: associationType }, signal);
}

export const associationType = z.object({ category: z.string().min(1), typeId: id, label: text });
