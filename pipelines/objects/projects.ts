import type { ObjectPipeline } from '../../src/pipeline.ts';

export const projects: ObjectPipeline = {
  kind: 'object',
  name: 'projects',
  object: '0-970',
  typeId: '0-970',
  label: 'Projects',
  description: 'Projects: one row per project',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.projects.read'],
  staged: true,
  merges: true,
  associations: ['contacts', 'companies', 'deals', 'tickets'],
  history: ['hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
};
