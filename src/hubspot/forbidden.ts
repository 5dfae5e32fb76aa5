import { KeywayError } from '../errors.ts';
import type { ErrorBody, Facts } from './error-body.ts';
import { missingScopes } from './missing-scope.ts';
import { hubspotWords } from './hubspot-words.ts';

/** What a 403 says: a scope is missing, or the feature is not to be had. Its wordings vary; none is relied upon alone. */
export function forbidden(body: ErrorBody, text: string, facts: Facts): KeywayError {
  const words = hubspotWords(body['message'] ?? (text.startsWith('<') ? '' : text));
  const scopes = missingScopes(body);
  const wantsScope = scopes.length > 0 || body['category'] === 'MISSING_SCOPES' || aboutScopes.test(words);
  if (wantsScope && !/isn.t available for public use/i.test(words)) return missing(scopes, facts);
  return new KeywayError(
    'not_available',
    `HubSpot does not offer this to this account or to Service Keys (${words || 'it gave no reason'}).`,
    { verdict: 'skip', details: facts },
  );
}

const aboutScopes =
  /granted all required scopes|missing required .* scope|proper permissions|requires one of \[/i;

function missing(scopes: readonly string[], facts: Facts): KeywayError {
  const [scope] = scopes;
  const what = scope === undefined ? 'a scope that this needs' : `the scope ${scope}`;
  return new KeywayError(
    'scope_missing',
    `The Service Key lacks ${what}. Add it to the key in HubSpot under Development > Keys > Service keys.`,
    { verdict: 'skip', details: scope === undefined ? facts : { ...facts, scope, scopes } },
  );
}
