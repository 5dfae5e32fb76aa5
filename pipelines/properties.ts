import type { DictionaryOf } from '../src/pipeline.ts';

export const properties: DictionaryOf<'properties'> = {
  kind: 'dictionary',
  name: 'properties',
  dictionary: 'properties',
  description: "HubSpot's property definitions and their options, and the columns they became",
  // Whatever lets a key read an object also lets it read the object's definitions.
  scopes: [],
  tables: [
    {
      table: {
        name: 'properties',
        description: "HubSpot's property definitions, and the column that each became",
        key: ['object_type', 'name'],
        columns: [
          { name: 'object_type', type: 'text', description: 'The table of the object', required: true },
          { name: 'name', type: 'text', description: "HubSpot's internal name", required: true },
          {
            name: 'column_name',
            type: 'text',
            description:
              "Column in the object's table; _extra where it has none left, so that its values are in there; none for a property that is not read",
          },
          { name: 'column_type', type: 'text', description: 'Type of the column' },
          {
            name: 'treatment',
            type: 'text',
            description:
              'By the privacy rules: excluded, hashed, refused; withheld where the key lacks a scope',
          },
          { name: 'label', type: 'text', description: 'Label in HubSpot' },
          { name: 'description', type: 'text', description: 'Description in HubSpot' },
          { name: 'type', type: 'text', description: "HubSpot's type" },
          { name: 'field_type', type: 'text', description: 'How HubSpot shows it' },
          { name: 'group_name', type: 'text', description: 'Property group' },
          { name: 'calculated', type: 'boolean', description: 'HubSpot computes it', required: true },
          { name: 'hubspot_defined', type: 'boolean', description: 'Not custom', required: true },
          { name: 'archived', type: 'boolean', description: 'Archived in HubSpot', required: true },
          {
            name: 'referenced_object_type',
            type: 'text',
            description: 'What its values refer to, such as OWNER',
          },
          {
            name: 'currency_property',
            type: 'text',
            description: 'Of an amount: the property that says in which currency it is',
          },
          { name: 'data_sensitivity', type: 'text', description: "HubSpot's data sensitivity" },
          { name: 'created_at', type: 'timestamp', description: 'When it was defined' },
          { name: 'updated_at', type: 'timestamp', description: 'When its definition last changed' },
          { name: '_deleted_at', type: 'timestamp', description: 'When HubSpot stopped listing it' },
        ],
      },
      vanished: 'close',
      rows: (property) => [
        [
          property.objectType,
          property.name,
          property.columnName,
          property.columnType,
          property.treatment,
          property.label,
          property.description,
          property.type,
          property.fieldType,
          property.groupName,
          String(property.calculated),
          String(property.hubspotDefined),
          String(property.archived),
          property.referencedObjectType,
          property.currencyPropertyName,
          property.dataSensitivity,
          property.createdAt,
          property.updatedAt,
          null,
        ],
      ],
    },
    {
      table: {
        name: 'property_options',
        description: 'The values that an enumeration can have, with their labels',
        key: ['object_type', 'name', 'value'],
        columns: [
          { name: 'object_type', type: 'text', description: 'The table of the object', required: true },
          { name: 'name', type: 'text', description: "The property's internal name", required: true },
          { name: 'value', type: 'text', description: 'What records hold', required: true },
          { name: 'label', type: 'text', description: 'What HubSpot shows' },
          { name: 'description', type: 'text', description: 'Description in HubSpot' },
          { name: 'display_order', type: 'integer', description: 'Order in HubSpot' },
          { name: 'hidden', type: 'boolean', description: 'Not offered in forms', required: true },
        ],
      },
      vanished: 'delete',
      rows: (property) =>
        property.options.map((option) => [
          property.objectType,
          property.name,
          option.value,
          option.label,
          option.description,
          option.displayOrder === null ? null : String(option.displayOrder),
          String(option.hidden),
        ]),
    },
  ],
};
