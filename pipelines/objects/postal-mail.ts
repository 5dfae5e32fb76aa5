import type { ObjectPipeline } from '../../src/pipeline.ts';

export const postalMail: ObjectPipeline = {
  kind: 'object',
  name: 'postal_mail',
  object: 'postal_mail',
  typeId: '0-116',
  label: 'Postal mail',
  description: 'Letters: one row per letter that was logged',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.contacts.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'companies', 'deals', 'tickets'],
  history: ['hubspot_owner_id'],
};
