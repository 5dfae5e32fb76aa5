import { z } from 'zod';
import type { Sensitivity } from '../privacy.ts';
import type { Property } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import { badAnswer } from './bad-answer.ts';
import type { Client } from './client.ts';
import { allResults, flag, number, text } from './dictionary.ts';

export interface Wanted {
  readonly object: string;
  readonly sensitivities: readonly Sensitivity[];
}

/** Definitions of the living properties of an object, by name; of sensitive ones only those that are wanted. */
export async function readProperties(
  client: Client,
  { object, sensitivities }: Wanted,
  signal: AbortSignal,
): Promise<readonly Property[]> {
  const path = apiPaths.properties(object);
  const found = await allResults(client, { path, item: property }, signal);
  // HubSpot lists one sensitivity a call (HubSpot docs, CRM API Properties).
  for (const dataSensitivity of sensitivities) {
    found.push(...(await allResults(client, { path, query: { dataSensitivity }, item: property }, signal)));
  }
  const byName = new Map(found.map((property) => [property.name, property]));
  // Changes read without a property are not read again when it is back: better no run than one with half the columns.
  if (!byName.has(everywhere)) throw badAnswer(`the properties of ${object} are not all there`);
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Of those in HubSpot's archive. */
export async function readArchivedProperties(
  client: Client,
  { object, sensitivities }: Wanted,
  signal: AbortSignal,
): Promise<readonly Property[]> {
  const found: Property[] = [];
  for (const sensitivity of [undefined, ...sensitivities]) {
    const query = { archived: 'true', ...(sensitivity && { dataSensitivity: sensitivity }) };
    const list = { path: apiPaths.properties(object), query, item: property };
    found.push(...(await allResults(client, list, signal)));
  }
  if (found.some(({ archived }) => !archived)) {
    throw badAnswer(`the archived properties of ${object} are not all archived`);
  }
  const byName = new Map(found.map((property) => [property.name, property]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The one property that HubSpot gives every object. */
const everywhere = 'hs_object_id';

const empty = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const option = z.object({
  value: z.coerce.string(),
  label: empty,
  description: text,
  displayOrder: number,
  hidden: flag,
});

const property = z
  .object({
    name: z.string().min(1),
    label: empty,
    description: empty,
    type: z.string().min(1),
    fieldType: empty,
    groupName: empty,
    calculated: flag,
    calculationFormula: text,
    archived: flag,
    hubspotDefined: flag,
    referencedObjectType: text,
    // In the documents of 2026-03 and in what HubSpot sends, not in those of 2026-09.
    currencyPropertyName: text.transform((name) => name || null),
    dataSensitivity: z
      .string()
      .nullish()
      .transform((value) => value ?? 'non_sensitive'),
    createdAt: text,
    updatedAt: text,
    options: z
      .array(option)
      .nullish()
      .transform((list) => list ?? []),
  })
  .transform(({ calculationFormula, ...rest }) => ({
    ...rest,
    // `calculated` tells only of HubSpot's own ones (HubSpot docs, CRM API Properties).
    calculated: rest.calculated || Boolean(calculationFormula) || rest.fieldType.startsWith('calculation_'),
  }));
