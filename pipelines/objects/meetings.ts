import type { ObjectPipeline } from '../../src/pipeline.ts';

export const meetings: ObjectPipeline = {
  kind: 'object',
  name: 'meetings',
  object: 'meetings',
  typeId: '0-47',
  label: 'Meetings',
  description: 'Meetings: one row per meeting that was logged or booked',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.contacts.read', 'crm.objects.meetings.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'companies', 'deals', 'tickets'],
  history: ['hubspot_owner_id'],
};
