import type { ObjectPipeline } from '../../src/pipeline.ts';

export const tickets: ObjectPipeline = {
  kind: 'object',
  name: 'tickets',
  object: 'tickets',
  typeId: '0-5',
  label: 'Tickets',
  description: 'Customer requests: one row per ticket record of HubSpot',
  watermark: 'hs_lastmodifieddate',
  created: 'createdate',
  // HubSpot's documents name the first; answers to missing scopes also name the second.
  scopes: ['tickets', 'crm.objects.tickets.read'],
  staged: true,
  merges: true,
  associations: ['contacts', 'companies', 'deals'],
  history: ['hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
};
