import { objects } from '../objects/index.ts';
import type { ObjectDefinition } from '../objects/index.ts';
import type { State } from '../world/index.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok, publicName } from './exchange.ts';
import { queryFlag } from './input.ts';
import { propertyJson } from './properties.ts';
import { stamp } from './record-json.ts';

/** `GET /crm-object-schemas/{version}/schemas`: the custom objects. */
export function listSchemas(exchange: Exchange): Answer {
  const custom = queryFlag(exchange.query, 'archived')
    ? []
    : objects.filter(({ schema }) => schema !== undefined);
  return ok({ results: custom.map((object) => schemaJson(exchange, object)) });
}

export function oneSchema(exchange: Exchange): Answer {
  const object = exchange.state.store(exchange.params['objectType'] ?? '').definition;
  return ok(schemaJson(exchange, object));
}

function schemaJson({ state, query }: Exchange, object: ObjectDefinition): unknown {
  const wants = (part: string): boolean => query.get(part) !== 'false';
  const { schema, name, typeId } = object;
  const display = schema?.display ?? 'hs_object_id';
  const at = stamp(state, state.options.startAt - 1000 * 86_400_000);
  return {
    id: typeId.split('-')[1],
    objectTypeId: typeId,
    name,
    fullyQualifiedName: publicName(object, state.options.portalId),
    labels: { singular: schema?.singularLabel ?? object.singular, plural: schema?.pluralLabel ?? name },
    primaryDisplayProperty: display,
    secondaryDisplayProperties: [],
    requiredProperties: [display],
    searchableProperties: [display],
    properties: wants('includePropertyDefinitions') ? properties(state, object) : [],
    associations: wants('includeAssociationDefinitions') ? associations(state, object) : [],
    archived: false,
    ...(wants('includeAuditMetadata') ? { createdByUserId: 9_000_011, updatedByUserId: 9_000_011 } : {}),
    createdAt: at,
    updatedAt: at,
  };
}

function properties(state: State, { name }: ObjectDefinition): unknown[] {
  return [...state.store(name).schema.live().values()].map((property) => propertyJson(state, property));
}

function associations(state: State, object: ObjectDefinition): unknown[] {
  return objects.flatMap((other) =>
    state.associations.types(object.name, other.name).map(({ typeId }) => ({
      id: String(typeId),
      fromObjectTypeId: object.typeId,
      toObjectTypeId: other.typeId,
      name: `${object.singular}_to_${other.singular}`,
    })),
  );
}
