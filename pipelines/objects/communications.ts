import type { ObjectPipeline } from '../../src/pipeline.ts';

export const communications: ObjectPipeline = {
  kind: 'object',
  name: 'communications',
  object: 'communications',
  typeId: '0-18',
  label: 'Messages',
  description: 'SMS, WhatsApp and LinkedIn messages: one row per message that was logged',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.contacts.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'companies', 'deals', 'tickets'],
  history: ['hubspot_owner_id'],
};
