import type { ObjectPipeline } from '../../src/pipeline.ts';

export const tasks: ObjectPipeline = {
  kind: 'object',
  name: 'tasks',
  object: 'tasks',
  typeId: '0-27',
  label: 'Tasks',
  description: 'What users have to do: one row per task',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.contacts.read', 'crm.objects.tasks.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'companies', 'deals', 'tickets'],
  history: ['hubspot_owner_id'],
};
