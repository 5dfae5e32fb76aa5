import type { State } from '../world/index.ts';
import { Refusal } from './refusal.ts';

const link = 'https://developers.hubspot.com/scopes';
const message = `This app hasn't been granted all required scopes to make this call. Read more about required scopes here: ${link}.`;

/** A missing scope, in the wording that the switch chooses: HubSpot has several. */
export function missingScope(
  state: State,
  scopes: readonly string[],
  { object = '', token = '' }: { readonly object?: string; readonly token?: string } = {},
): Refusal {
  const bodies: Record<State['options']['unknowns']['scopeBody'], Refusal['body']> = {
    granular: granted('requiredGranularScopes', scopes),
    required: granted('requiredScopes', scopes),
    view_schema: {
      status: 'error',
      message: `You do not have permissions to view_schema object type ObjectTypeId{legacyObjectType=${object.toUpperCase()}} in portal ${String(state.options.portalId)} (requires one of [${scopes.join(', ')}])`,
    },
    // HubSpot repeats the beginning of the token.
    permissions: {
      status: 'error',
      message: `This oauth-token (${token.slice(0, 20)}) does not have proper permissions! (requires any of [${scopes.join(', ')}])`,
    },
    'missing required': {
      status: 'error',
      message: `This app is missing required '${scopes[0] ?? ''}' scope`,
    },
    text: "This app hasn't been granted all required scopes to make this call.",
    'not public': {
      status: 'error',
      message:
        "The scope needed for this API call isn't available for public use. Read more about scopes here.",
      links: { support: 'https://help.hubspot.com/', forum: 'https://community.hubspot.com/' },
      category: 'MISSING_SCOPES',
    },
  };
  return new Refusal(403, bodies[state.options.unknowns.scopeBody], { rule: 'missing scope' });
}

/** HubSpot's own wording for an object that is switched off is not known. */
export function notInUse(object: string): Refusal {
  const message = `The object type ${object} is not enabled for this account.`;
  return new Refusal(403, { status: 'error', message }, { rule: 'missing scope' });
}

export function writeRefused(state: State, object: string): Refusal {
  const { status, body } = missingScope(state, [`crm.objects.${object}.write`], { object });
  return new Refusal(status, body, { rule: 'write attempt' });
}

function granted(field: string, scopes: readonly string[]): Record<string, unknown> {
  const context = { [field]: scopes };
  return {
    status: 'error',
    message,
    errors: [{ message: 'One or more of the following scopes are required.', context }],
    ...(field === 'requiredScopes' ? { context } : {}),
    links: { scopes: link },
    category: 'MISSING_SCOPES',
  };
}
