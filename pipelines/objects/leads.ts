import type { ObjectPipeline } from '../../src/pipeline.ts';

export const leads: ObjectPipeline = {
  kind: 'object',
  name: 'leads',
  object: 'leads',
  typeId: '0-136',
  label: 'Leads',
  description: 'Contacts or companies that sales is working on: one row per lead record of HubSpot',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.leads.read'],
  staged: true,
  merges: false,
  associations: ['contacts', 'companies', 'deals'],
  history: ['hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
};
