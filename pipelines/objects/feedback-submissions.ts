import type { ObjectPipeline } from '../../src/pipeline.ts';

export const feedbackSubmissions: ObjectPipeline = {
  kind: 'object',
  name: 'feedback_submissions',
  object: 'feedback_submissions',
  typeId: '0-19',
  label: 'Feedback submissions',
  description: 'Answers to surveys: one row per submission',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.feedback_submissions.read'],
  furtherScopes: ['crm.objects.contacts.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'tickets'],
  history: [],
};
