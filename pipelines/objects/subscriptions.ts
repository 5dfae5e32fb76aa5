import type { ObjectPipeline } from '../../src/pipeline.ts';

export const subscriptions: ObjectPipeline = {
  kind: 'object',
  name: 'subscriptions',
  object: 'subscriptions',
  typeId: '0-69',
  label: 'Subscriptions',
  description: 'Recurring payments: one row per subscription of a customer',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.subscriptions.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'companies', 'deals'],
  history: ['hubspot_owner_id'],
};
