import type { WarehouseLimits } from '../limits.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import type { ObjectSchema } from '../source.ts';
import { tableNames } from './table-name.ts';

export interface CustomObjectRules extends Pick<WarehouseLimits, 'identifierBytes' | 'tableNames'> {
  /** Tables that have their names already. */
  readonly taken: readonly string[];
  /** Objects that custom ones can be linked with. */
  readonly others: readonly Pick<ObjectPipeline, 'name' | 'typeId'>[];
}

/** The pipelines of the account's custom objects; archived ones can no longer be read, and keep their names. Pure. */
export function customObjects(
  schemas: readonly ObjectSchema[],
  { others, ...rules }: CustomObjectRules,
): readonly ObjectPipeline[] {
  const tables = tableNames(schemas, rules);
  const byTypeId = new Map(
    others.flatMap(({ name, typeId }) => (typeId === undefined ? [] : [[typeId, name]])),
  );
  return schemas
    .filter(({ archived }) => !archived)
    .map((schema) => {
      const name = tables.get(schema.name)!;
      byTypeId.set(schema.typeId, name);
      // Of two custom objects that name each other, the later one is asked.
      const linked = schema.associatedTypeIds.filter((typeId) => byTypeId.has(typeId));
      return customObject(
        schema,
        name,
        linked.map((typeId) => byTypeId.get(typeId)!),
      );
    });
}

function customObject(schema: ObjectSchema, name: string, associations: readonly string[]): ObjectPipeline {
  const label = schema.plural ?? schema.singular ?? schema.name;
  return {
    kind: 'object',
    name,
    // HubSpot does not take the short name everywhere (HubSpot community).
    object: schema.typeId,
    typeId: schema.typeId,
    label,
    description: schema.description ?? `${label}: one row per record of this custom object`,
    watermark: 'hs_lastmodifieddate',
    created: 'hs_createdate',
    scopes: ['crm.objects.custom.read'],
    staged: true,
    merges: true,
    associations,
    history: ['hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
  };
}
