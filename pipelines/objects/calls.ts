import type { ObjectPipeline } from '../../src/pipeline.ts';

export const calls: ObjectPipeline = {
  kind: 'object',
  name: 'calls',
  object: 'calls',
  typeId: '0-48',
  label: 'Calls',
  description: 'Telephone calls: one row per call that was logged',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.contacts.read', 'crm.objects.calls.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'companies', 'deals', 'tickets'],
  history: ['hubspot_owner_id'],
};
