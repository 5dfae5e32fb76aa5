import type { ObjectPipeline } from '../../src/pipeline.ts';

export const commercePayments: ObjectPipeline = {
  kind: 'object',
  name: 'commerce_payments',
  object: 'commerce_payments',
  typeId: '0-101',
  label: 'Payments',
  description: 'Payments of customers: one row per payment',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.commercepayments.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'companies', 'invoices'],
  history: ['hubspot_owner_id'],
};
