import { z } from 'zod';
import type { ObjectSchema } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { allResults, flag, text } from './dictionary.ts';

/** The account's custom objects: HubSpot lists the living and the archived ones apart. */
export async function readSchemas(client: Client, signal: AbortSignal): Promise<readonly ObjectSchema[]> {
  const archived = await schemasOf(client, true, signal);
  const living = await schemasOf(client, false, signal);
  // One that was archived or restored between the two calls is in both: the later answer counts.
  const all = new Map([...archived, ...living].map((schema) => [schema.typeId, schema]));
  return [...all.values()].sort((a, b) => (a.typeId < b.typeId ? -1 : 1));
}

async function schemasOf(client: Client, archived: boolean, signal: AbortSignal): Promise<ObjectSchema[]> {
  const query = {
    archived: String(archived),
    includePropertyDefinitions: 'false',
    includeAssociationDefinitions: 'true',
    includeAuditMetadata: 'false',
  };
  const schemas = await allResults(client, { path: apiPaths.schemas(), query, item: schema }, signal);
  return schemas.map((schema) => ({ ...schema, archived: schema.archived || archived }));
}

const names = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

const typeId = z.string().regex(/^\d+-\d+$/);

const schema = z
  .object({
    objectTypeId: typeId,
    name: z.string().min(1),
    fullyQualifiedName: z.string().min(1),
    labels: z.object({ singular: text, plural: text }).nullish(),
    description: text,
    primaryDisplayProperty: text,
    secondaryDisplayProperties: names,
    requiredProperties: names,
    searchableProperties: names,
    associations: z.array(z.object({ fromObjectTypeId: typeId, toObjectTypeId: typeId })).nullish(),
    archived: flag,
    createdAt: text,
    updatedAt: text,
  })
  .transform(({ objectTypeId, labels, associations, ...rest }) => ({
    ...rest,
    typeId: objectTypeId,
    singular: labels?.singular ?? null,
    plural: labels?.plural ?? null,
    associatedTypeIds: [
      ...new Set(
        (associations ?? []).map(({ fromObjectTypeId: from, toObjectTypeId: to }) =>
          from === objectTypeId ? to : from,
        ),
      ),
    ].sort(),
  }));
