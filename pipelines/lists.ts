import type { ListsPipeline } from '../src/pipeline.ts';
import type { Column } from '../src/table.ts';

const objectType: Column = {
  name: 'object_type',
  type: 'text',
  description: 'The table of the records that are in it; their type id where they are not synced',
  required: true,
};

export const lists: ListsPipeline = {
  kind: 'lists',
  name: 'lists',
  description: 'Lists of records, which HubSpot also calls segments, and who is in them',
  scopes: ['crm.lists.read'],
  lists: {
    name: 'lists',
    description: 'Lists of records; deleted ones stay, with the time at which they were missed',
    key: ['id'],
    columns: [
      { name: 'id', type: 'integer', description: 'List (ILS id)', required: true },
      { name: 'name', type: 'text', description: "The list's name" },
      objectType,
      { name: 'object_type_id', type: 'text', description: 'Type id of the records, such as 0-1' },
      { name: 'processing_type', type: 'text', description: 'MANUAL, DYNAMIC or SNAPSHOT' },
      { name: 'processing_status', type: 'text', description: 'Whether HubSpot is done with working it out' },
      { name: 'created_at', type: 'timestamp', description: 'When the list was created' },
      { name: 'updated_at', type: 'timestamp', description: 'When the list was last changed' },
      { name: 'created_by_user_id', type: 'integer', description: 'User who created the list' },
      { name: 'updated_by_user_id', type: 'integer', description: 'User who last changed the list' },
      { name: '_deleted_at', type: 'timestamp', description: 'When HubSpot stopped listing it' },

      { name: 'size', type: 'integer', description: 'Members, as HubSpot said before they were last read' },
      {
        name: 'last_record_added_at',
        type: 'timestamp',
        description: 'When the last member joined, as HubSpot said before they were last read',
      },
      {
        name: 'last_record_removed_at',
        type: 'timestamp',
        description: 'When the last member left, as HubSpot said before they were last read',
      },
      {
        name: 'filters_updated_at',
        type: 'timestamp',
        description: 'When the filters last changed, as HubSpot said before the members were last read',
      },
      {
        name: '_members_read_at',
        type: 'timestamp',
        description: 'list_memberships has the members of then, or newer ones',
      },
    ],
  },
  marks: ['size', 'last_record_added_at', 'last_record_removed_at', 'filters_updated_at', '_members_read_at'],
  memberships: {
    name: 'list_memberships',
    description: 'Which records are in which lists: a row holds while it holds in HubSpot',
    key: ['list_id', 'object_type', 'record_id'],
    columns: [
      { name: 'list_id', type: 'integer', description: 'List', required: true },
      { ...objectType, description: "The record's table; its type id where the object is not synced" },
      { name: 'record_id', type: 'integer', description: 'Record', required: true },
      { name: 'joined_at', type: 'timestamp', description: 'When the record was added to the list' },
    ],
  },
};
