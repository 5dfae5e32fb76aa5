import type { ObjectPipeline } from '../../src/pipeline.ts';

export const taxes: ObjectPipeline = {
  kind: 'object',
  name: 'taxes',
  object: 'taxes',
  typeId: '0-86',
  label: 'Taxes',
  description: 'Taxes on quotes and carts: one row per tax',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.line_items.read', 'e-commerce'],
  staged: false,
  merges: false,
  associations: ['quotes'],
  history: [],
};
