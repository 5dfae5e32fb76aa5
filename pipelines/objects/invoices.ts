import type { ObjectPipeline } from '../../src/pipeline.ts';

export const invoices: ObjectPipeline = {
  kind: 'object',
  name: 'invoices',
  object: 'invoices',
  typeId: '0-53',
  label: 'Invoices',
  description: 'Bills to customers: one row per invoice',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.invoices.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'companies', 'deals'],
  history: ['hubspot_owner_id'],
};
