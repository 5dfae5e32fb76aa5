import type { ObjectPipeline } from '../../src/pipeline.ts';

export const products: ObjectPipeline = {
  kind: 'object',
  name: 'products',
  object: 'products',
  typeId: '0-7',
  label: 'Products',
  description: 'What is for sale: one row per product of the library',
  watermark: 'hs_lastmodifieddate',
  created: 'createdate',
  scopes: ['crm.objects.products.read', 'e-commerce'],
  staged: false,
  merges: false,
  associations: [],
  history: [],
};
