import type { DictionaryOf } from '../src/pipeline.ts';
import type { Column } from '../src/table.ts';

const objectType: Column = {
  name: 'object_type',
  type: 'text',
  description: 'The table of the records that move through it',
  required: true,
};

const lifetime: readonly Column[] = [
  { name: 'archived', type: 'boolean', description: 'Archived in HubSpot', required: true },
  {
    name: 'created_at',
    type: 'timestamp',
    description: 'When it was created; the epoch for HubSpot defaults',
  },
  { name: 'updated_at', type: 'timestamp', description: 'When it was last changed' },
  { name: '_deleted_at', type: 'timestamp', description: 'When HubSpot stopped listing it' },
];

export const pipelines: DictionaryOf<'pipelines'> = {
  kind: 'dictionary',
  name: 'pipelines',
  dictionary: 'pipelines',
  description: 'HubSpot pipelines and their stages',
  scopes: ['crm.objects.deals.read', 'tickets', 'crm.objects.tickets.read'],
  tables: [
    {
      table: {
        name: 'pipelines',
        description: 'HubSpot pipelines; vanished ones stay, since history refers to them',
        key: ['object_type', 'id'],
        columns: [
          objectType,
          { name: 'id', type: 'text', description: 'Pipeline', required: true },
          { name: 'label', type: 'text', description: "The pipeline's name" },
          { name: 'display_order', type: 'integer', description: 'Order in HubSpot' },
          ...lifetime,
        ],
      },
      vanished: 'close',
      rows: (pipeline) => [
        [
          pipeline.objectType,
          pipeline.id,
          pipeline.label,
          pipeline.displayOrder === null ? null : String(pipeline.displayOrder),
          String(pipeline.archived),
          pipeline.createdAt,
          pipeline.updatedAt,
          null,
        ],
      ],
    },
    {
      table: {
        name: 'pipeline_stages',
        description: 'Stages of HubSpot pipelines; vanished ones stay, since history refers to them',
        key: ['object_type', 'pipeline_id', 'id'],
        columns: [
          objectType,
          { name: 'pipeline_id', type: 'text', description: 'Pipeline', required: true },
          { name: 'id', type: 'text', description: 'Stage', required: true },
          { name: 'label', type: 'text', description: "The stage's name" },
          { name: 'display_order', type: 'integer', description: 'Order in the pipeline' },
          { name: 'is_closed', type: 'boolean', description: 'Records in this stage are closed' },
          { name: 'probability', type: 'number', description: 'Chance to win, 0 to 1 (deals)' },
          { name: 'metadata', type: 'json', description: 'All that HubSpot says of the stage' },
          ...lifetime,
        ],
      },
      vanished: 'close',
      rows: (pipeline) =>
        pipeline.stages.map((stage) => [
          pipeline.objectType,
          pipeline.id,
          stage.id,
          stage.label,
          stage.displayOrder === null ? null : String(stage.displayOrder),
          isClosed(stage.metadata),
          probability(stage.metadata),
          JSON.stringify(stage.metadata),
          String(stage.archived),
          stage.createdAt,
          stage.updatedAt,
          null,
        ]),
    },
  ],
};

/** Deal stages say `isClosed`, ticket stages `ticketState`; both as text (HubSpot docs, Pipelines). */
function isClosed(metadata: Readonly<Record<string, unknown>>): string | null {
  const { isClosed: closed, ticketState } = metadata;
  if (closed === 'true' || closed === 'false') return closed;
  if (typeof ticketState === 'string') return ticketState === 'CLOSED' ? 'true' : 'false';
  return null;
}

function probability(metadata: Readonly<Record<string, unknown>>): string | null {
  return typeof metadata.probability === 'string' ? metadata.probability : null;
}
