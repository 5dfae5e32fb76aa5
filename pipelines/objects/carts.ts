import type { ObjectPipeline } from '../../src/pipeline.ts';

export const carts: ObjectPipeline = {
  kind: 'object',
  name: 'carts',
  object: 'carts',
  typeId: '0-142',
  label: 'Carts',
  description: 'Shopping carts: one row per cart',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.carts.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'orders'],
  history: ['hubspot_owner_id'],
};
