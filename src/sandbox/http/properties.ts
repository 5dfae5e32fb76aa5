import { isInArchive, type Property, type State } from '../world/index.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok, storeOf } from './exchange.ts';
import { queryFlag } from './input.ts';
import { inputNames } from './input-names.ts';
import { batchAnswer } from './batch-read.ts';
import { stamp } from './record-json.ts';
import { invalid, notFound } from './refusal.ts';

/** `GET /crm/properties/{version}/{objectType}`: everything in one answer, without pages. */
export function listProperties(exchange: Exchange): Answer {
  const { query, state } = exchange;
  const sensitivity = query.get('dataSensitivity') ?? 'non_sensitive';
  if (!['non_sensitive', 'sensitive', 'highly_sensitive'].includes(sensitivity))
    throw invalid(`dataSensitivity cannot be ${sensitivity}`);
  const { schema } = storeOf(exchange);
  const archived = schema.archived().filter((property) => isInArchive(property, state.now()));
  const list = queryFlag(query, 'archived') ? archived : [...schema.live().values()];
  const wanted = list.filter(({ spec }) => (spec.dataSensitivity ?? 'non_sensitive') === sensitivity);
  return ok({ results: wanted.map((property) => propertyJson(state, property)) });
}

export function oneProperty(exchange: Exchange): Answer {
  const property = storeOf(exchange).schema.get(exchange.params['name'] ?? '');
  const archived = queryFlag(exchange.query, 'archived');
  const isThere =
    property?.archivedAt === undefined ? !archived : archived && isInArchive(property, exchange.state.now());
  if (property === undefined || !isThere) throw notFound();
  return ok(propertyJson(exchange.state, property));
}

export function batchProperties(exchange: Exchange): Answer {
  const { schema } = storeOf(exchange);
  const names = inputNames(exchange.body);
  const found = names.flatMap((name) => schema.live().get(name) ?? []);
  const missing = names.filter((name) => !schema.live().has(name));
  const message = `Could not find some properties: ${missing.join(', ')}`;
  const error = { status: 'error', category: 'OBJECT_NOT_FOUND', message, context: { names: missing } };
  const results = found.map((property) => propertyJson(exchange.state, property));
  return batchAnswer(exchange, results, missing.length > 0 ? [error] : []);
}

export function propertyGroups(exchange: Exchange): Answer {
  const names = new Set([...storeOf(exchange).schema.live().values()].map(groupOf));
  const results = [...names].map((name, displayOrder) => ({
    name,
    label: name,
    displayOrder,
    archived: false,
  }));
  return ok({ results });
}

const groupOf = ({ spec }: Property): string => spec.groupName ?? 'system';

export function propertyJson(state: State, property: Property): Record<string, unknown> {
  const { spec, createdAt, updatedAt, archivedAt } = property;
  const isOwner = spec.referencedObjectType === 'OWNER';
  return {
    name: spec.name,
    label: spec.label,
    type: spec.type,
    fieldType: spec.fieldType,
    description: spec.description,
    groupName: groupOf(property),
    options: (spec.options ?? []).map(({ value, label, hidden = false }, displayOrder) => ({
      value,
      label,
      hidden,
      displayOrder,
    })),
    displayOrder: -1,
    calculated: spec.calculated === true && spec.custom !== true,
    externalOptions: isOwner,
    hasUniqueValue: spec.unique === true || spec.name === 'hs_object_id',
    hidden: spec.hidden === true,
    ...(spec.custom === true ? {} : { hubspotDefined: true }),
    ...(spec.referencedObjectType === undefined ? {} : { referencedObjectType: spec.referencedObjectType }),
    ...(spec.calculationFormula === undefined ? {} : { calculationFormula: spec.calculationFormula }),
    ...(spec.currencyPropertyName === undefined
      ? {}
      : {
          currencyPropertyName: spec.currencyPropertyName,
          showCurrencySymbol: true,
          numberDisplayHint: 'currency',
        }),
    dataSensitivity: spec.dataSensitivity ?? 'non_sensitive',
    modificationMetadata: {
      archivable: spec.custom === true,
      readOnlyDefinition: spec.custom !== true,
      readOnlyOptions: false,
      readOnlyValue: spec.readOnly === true || spec.calculated === true,
    },
    formField: spec.custom !== true && spec.type === 'string',
    archived: archivedAt !== undefined,
    ...(archivedAt === undefined ? {} : { archivedAt: stamp(state, archivedAt) }),
    createdAt: stamp(state, createdAt),
    updatedAt: stamp(state, updatedAt),
  };
}
