import type { ObjectPipeline } from '../../src/pipeline.ts';

export const orders: ObjectPipeline = {
  kind: 'object',
  name: 'orders',
  object: 'orders',
  typeId: '0-123',
  label: 'Orders',
  description: 'What customers have ordered: one row per order',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.orders.read'],
  staged: true,
  merges: false,
  associations: ['contacts', 'companies', 'deals'],
  history: ['hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
};
