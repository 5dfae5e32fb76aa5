import type { ObjectPipeline } from '../../src/pipeline.ts';

export const courses: ObjectPipeline = {
  kind: 'object',
  name: 'courses',
  object: '0-410',
  typeId: '0-410',
  label: 'Courses',
  description: 'Courses that are on offer: one row per course',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.courses.read'],
  staged: true,
  merges: true,
  associations: ['contacts'],
  history: ['hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
};
