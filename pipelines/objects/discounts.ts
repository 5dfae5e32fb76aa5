import type { ObjectPipeline } from '../../src/pipeline.ts';

export const discounts: ObjectPipeline = {
  kind: 'object',
  name: 'discounts',
  object: 'discounts',
  typeId: '0-84',
  label: 'Discounts',
  description: 'Reductions of quotes and carts: one row per discount',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.line_items.read', 'e-commerce'],
  staged: false,
  merges: false,
  associations: ['quotes'],
  history: [],
};
