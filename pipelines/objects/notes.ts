import type { ObjectPipeline } from '../../src/pipeline.ts';

export const notes: ObjectPipeline = {
  kind: 'object',
  name: 'notes',
  object: 'notes',
  typeId: '0-46',
  label: 'Notes',
  description: 'Notes on records: one row per note',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.contacts.read', 'crm.objects.notes.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'companies', 'deals', 'tickets'],
  history: ['hubspot_owner_id'],
};
