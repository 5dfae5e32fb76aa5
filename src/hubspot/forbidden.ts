import { KeywayError } from '../errors.ts';
import type { ErrorBody, Facts } from './error-body.ts';
import { hubspotWords } from './hubspot-words.ts';
import { serviceKeyPlaces } from '../service-key.ts';
import { missingScopes } from './missing-scope.ts';

/** What a 403 says: a scope is missing, or the feature is not to be had. Its wordings vary; none is relied upon alone. */
export function forbidden(body: ErrorBody, text: string, facts: Facts): KeywayError {
  const isPage = text.trimStart().startsWith('<');
  const words = hubspotWords(body['message'] ?? (/^\s*[<{[]/.test(text) ? '' : text));
  const category = hubspotWords(body['category']);
  const known = unavailable.find(({ says }) => says.test(`${category} ${words}`));
  if (known !== undefined) return notAvailable(known.sentence, facts);
  const scopes = missingScopes(body);
  if (scopes.length > 0 || category === 'MISSING_SCOPES' || aboutScopes.test(words))
    return missing(scopes, isAboutPermissions.test(words), facts);
  if (isPage) return new KeywayError('hubspot_bad_answer', blocked, { verdict: 'skip', details: facts });
  return notAvailable(
    `HubSpot does not offer this to this account or to Service Keys (${words || 'it gave no reason'}).`,
    facts,
  );
}

/** What no scope helps against, whatever the category says. */
const unavailable: readonly { readonly says: RegExp; readonly sentence: string }[] = [
  {
    says: /isn.t available for public use/i,
    sentence:
      'HubSpot keeps this for itself: no Service Key can have the permission that it needs. Leave it out of the settings.',
  },
  {
    says: /^FlowApi|^FLOW_ACCESS|accessible via external APIs/i,
    sentence: 'HubSpot does not show workflows to Service Keys, whatever else they may read.',
  },
  {
    says: /(does not|doesn.t) have access to (this|the) feature|subscription|upgrade (your|the)|not included in/i,
    sentence:
      "This account's HubSpot plan does not include this. Leave it out of the settings, or ask who looks after the subscription.",
  },
  {
    says: /(is not|isn.t) enabled for (this|your)/i,
    sentence:
      'This is switched off in this HubSpot account. Switch it on in its object library, or leave it out of the settings.',
  },
];

const blocked =
  'A web page came instead of an answer (403): a firewall or proxy between Keyway and HubSpot, or HubSpot’s own, keeps requests out. Ask who runs this network.';

const aboutScopes =
  /granted all required scopes|missing required .* scope|proper permissions|requires (one|any|all) of \[/i;
const isAboutPermissions = /proper permissions|have permissions/i;

function missing(scopes: readonly string[], isPermission: boolean, facts: Facts): KeywayError {
  const [scope, ...others] = scopes;
  const add = `Add it to the key in HubSpot under ${serviceKeyPlaces}.`;
  const details = scope === undefined ? facts : { ...facts, scope, scopes };
  const sentence = (): string => {
    if (scope === undefined) {
      return isPermission
        ? `The Service Key lacks a permission that this needs, and HubSpot does not say which scope gives it. ${whichScope}`
        : `The Service Key lacks a scope that this needs, and HubSpot does not say which. ${whichScope}`;
    }
    const some = others.slice(0, 3).join(', ');
    const instead = some === '' ? '' : ` (or ${some})`;
    const why = isPermission ? ', without which it may not look at this' : '';
    return `The Service Key lacks the scope ${scope}${instead}${why}. ${add}`;
  };
  return new KeywayError('scope_missing', sentence(), { verdict: 'skip', details });
}

const whichScope = `keyway check names those of each pipeline; add them to the key in HubSpot under ${serviceKeyPlaces}.`;

function notAvailable(sentence: string, details: Facts): KeywayError {
  return new KeywayError('not_available', sentence, { verdict: 'skip', details });
}
