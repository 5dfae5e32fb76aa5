import type { ObjectPipeline } from '../../src/pipeline.ts';

export const listings: ObjectPipeline = {
  kind: 'object',
  name: 'listings',
  object: '0-420',
  typeId: '0-420',
  label: 'Listings',
  description: 'Properties or units that are on offer: one row per listing',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.listings.read'],
  staged: true,
  merges: true,
  associations: ['contacts', 'companies', 'deals'],
  history: ['hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
};
