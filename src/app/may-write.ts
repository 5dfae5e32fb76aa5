/**
 * Whether a scope lets a key change something. Besides those that say so, some of HubSpot's older ones grant reading and
 * writing at once (HubSpot docs, Scopes).
 */
export function mayWrite(scope: string): boolean {
  return /(?:^|[._-])(?:write|delete|import|create|publish)(?:$|[._-])/.test(scope) || both.has(scope);
}

const both: ReadonlySet<string> = new Set([
  'accounting',
  'automation',
  'contacts',
  'content',
  'e-commerce',
  'external_integrations.forms.access',
  'files',
  'forms',
  'hubdb',
  'integration-sync',
  'social',
  'tickets',
  'tickets.highly_sensitive',
  'tickets.sensitive',
  'timeline',
  'transactional-email',
]);
