import type { ObjectPipeline } from '../../src/pipeline.ts';

export const lineItems: ObjectPipeline = {
  kind: 'object',
  name: 'line_items',
  object: 'line_items',
  typeId: '0-8',
  label: 'Line items',
  description: 'Products as they are sold in deals, quotes and orders: one row per line item',
  watermark: 'hs_lastmodifieddate',
  created: 'createdate',
  scopes: ['crm.objects.line_items.read', 'e-commerce'],
  staged: false,
  merges: false,
  associations: ['deals', 'quotes'],
  history: [],
};
