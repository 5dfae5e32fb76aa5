/** The read scopes of which HubSpot wants any one, the plain one first; empty when it names none. */
export function missingScopes(body: Readonly<Record<string, unknown>>): readonly string[] {
  const named = [...new Set([...contextScopes(body), ...sentenceScopes(body['message'])])];
  const readable = named.filter((scope) => !/write|delete|highly_sensitive|\.sensitive/.test(scope));
  return (readable.length > 0 ? readable : named).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The plain read scope of an object gives both records and definitions; the others are substitutes. */
function rank(scope: string): number {
  if (/^crm\.objects\.\w+\.read$/.test(scope)) return 0;
  if (scope.startsWith('crm.objects.')) return 1;
  return scope.startsWith('crm.schemas.') ? 3 : 2;
}

function contextScopes(body: Readonly<Record<string, unknown>>): readonly string[] {
  const errors = Array.isArray(body['errors']) ? (body['errors'] as unknown[]) : [];
  const contexts = [body, ...errors].map((part) => field(part, 'context'));
  const lists = contexts.flatMap((context) => [
    field(context, 'requiredGranularScopes'),
    field(context, 'requiredScopes'),
  ]);
  return lists
    .flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))
    .filter((scope) => typeof scope === 'string' && scopeName.test(scope)) as string[];
}

/** `… (requires one of [leads-read])`, and `… missing required 'x' scope`. */
function sentenceScopes(message: unknown): readonly string[] {
  const text = typeof message === 'string' ? message : '';
  const list = /requires? (?:one|any|all) of \[([\w., -]+)\]/i.exec(text)?.[1] ?? '';
  const quoted = /missing required ['"]?([\w.-]+)['"]? scope/i.exec(text)?.[1] ?? '';
  return `${list} ${quoted}`.split(/[\s,]+/).filter((scope) => scopeName.test(scope));
}

const scopeName = /^[\w.-]{2,100}$/;

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
