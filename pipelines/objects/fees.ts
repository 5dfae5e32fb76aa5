import type { ObjectPipeline } from '../../src/pipeline.ts';

export const fees: ObjectPipeline = {
  kind: 'object',
  name: 'fees',
  object: 'fees',
  typeId: '0-85',
  label: 'Fees',
  description: 'Charges on quotes and carts: one row per fee',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.line_items.read', 'e-commerce'],
  staged: false,
  merges: false,
  associations: ['quotes'],
  history: [],
};
