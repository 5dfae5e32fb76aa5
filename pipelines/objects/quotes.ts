import type { ObjectPipeline } from '../../src/pipeline.ts';

export const quotes: ObjectPipeline = {
  kind: 'object',
  name: 'quotes',
  object: 'quotes',
  typeId: '0-14',
  label: 'Quotes',
  description: 'Offers to customers: one row per quote',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.quotes.read', 'e-commerce'],
  staged: false,
  merges: false,
  associations: ['deals', 'contacts', 'companies'],
  history: ['hubspot_owner_id'],
};
