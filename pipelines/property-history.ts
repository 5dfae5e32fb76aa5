import type { HistoryPipeline } from '../src/pipeline.ts';

export const propertyHistory: HistoryPipeline = {
  kind: 'history',
  name: 'property_history',
  description: 'What the values of properties were, and from when on',
  named: {},
  table: {
    name: 'property_history',
    description: 'Values of properties over time: each holds from changed_at up to that of the next row',
    // Without the value, which may be longer than an index can take: of two values of one instant, the later one is put a
    // microsecond behind the other.
    key: ['object_type', 'object_id', 'property', 'changed_at'],
    columns: [
      { name: 'object_type', type: 'text', description: 'Table of the record', required: true },
      { name: 'object_id', type: 'integer', description: 'The record', required: true },
      { name: 'property', type: 'text', description: "HubSpot's internal name", required: true },
      { name: 'changed_at', type: 'timestamp', description: 'When the value was set', required: true },
      {
        name: 'value',
        type: 'text',
        description: "HubSpot's text; empty where the property was cleared",
        required: true,
      },
      {
        name: 'source_type',
        type: 'text',
        description: 'What set it, such as CRM_UI, INTEGRATION, API or IMPORT',
      },
      { name: 'source_id', type: 'text', description: 'Which one of these' },
      { name: 'source_label', type: 'text', description: 'Its name' },
      { name: 'user_id', type: 'integer', description: 'The HubSpot user who set it' },
    ],
  },
};
