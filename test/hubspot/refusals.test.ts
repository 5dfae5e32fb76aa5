import { expect, test } from 'vitest';
import { classify } from '../../src/hubspot/classify.ts';
import { keyKind } from '../../src/hubspot/key-kind.ts';

/** One way in which HubSpot is documented or reported to refuse, with where that is said (API.md is the project's reference of it). */
interface Variant {
  readonly name: string;
  readonly source: string;
  readonly status: number;
  readonly body: object | string;
  readonly key?: string;
  readonly code: string;
  readonly verdict: string;
  readonly says: RegExp;
  readonly scope?: string;
}

const key = 'pat-eu1-0badc0de-0bad-4bad-8bad-0badc0de0bad';
const cliKey = Buffer.from('\n$eu1-0bad-c0de-4bad-8bad-0badc0de0bad\u0010\u0001').toString('base64');
const accessToken = 'CNTNtIxZMgcAQAEYs-gDIIGOBii1hQIyGQAf3xBKmlwHjX7OIpuIFEavB2';
const page = '<!DOCTYPE html><html><head><title>Error</title></head></html>';
const refused = { code: 'key_refused', verdict: 'stop' } as const;
const lacks = { code: 'scope_missing', verdict: 'skip', status: 403 } as const;
const unavailable = { code: 'not_available', verdict: 'skip', status: 403 } as const;

const notFound = {
  status: 'error',
  message: 'Authentication credentials not found. This API supports OAuth 2.0 authentication',
  correlationId: '0bad',
  category: 'INVALID_AUTHENTICATION',
};
const expired = (time: string, ago: string) => ({
  status: 'error',
  message: `The OAuth token used to make this call expired ${ago} ago.`,
  category: 'EXPIRED_AUTHENTICATION',
  context: { 'expire time': [time] },
});
const epoch = expired('1970-01-01T00:00:00Z', '20705 day(s)');
const granted = "This app hasn't been granted all required scopes to make this call.";
const scopes = (field: string, names: readonly string[]) => ({
  status: 'error',
  message: `${granted} Read more about required scopes here: https://developers.hubspot.com/scopes.`,
  errors: [{ message: 'One or more of the following scopes are required.', context: { [field]: names } }],
  category: 'MISSING_SCOPES',
});

const variants: readonly Variant[] = [
  {
    name: 'unknown, revoked, rotated out or deleted',
    source: 'API.md 1.4 A, 1.3',
    ...refused,
    status: 401,
    body: notFound,
    says: /^HubSpot does not know this key\. .*deleted, rotated or never existed.* current Service Key/,
  },
  {
    name: 'the right form, but undecodable',
    source: 'API.md 1.4 B',
    ...refused,
    status: 401,
    body: epoch,
    says: /^HubSpot cannot read this key\. .*not the right ones\. Copy the whole/,
  },
  {
    name: 'truncated',
    source: 'API.md 1.4 B',
    ...refused,
    status: 401,
    body: epoch,
    key: key.slice(0, 20),
    says: /^HubSpot cannot read this key\. .*cut short/,
  },
  {
    name: 'a personal access key',
    source: 'API.md 1.4 B; faults.md F042; service-keys.md, other credentials',
    ...refused,
    status: 401,
    body: epoch,
    key: cliKey,
    says: /personal access key, which is for the HubSpot CLI alone\. Create a Service Key/,
  },
  {
    name: 'a client secret, refresh token, developer API key or hapikey by its form',
    source: 'API.md 1.4 B; faults.md F042; service-keys.md, other credentials',
    ...refused,
    status: 401,
    body: epoch,
    key: '0badc0de-0bad-4bad-8bad-0badc0de0bad',
    says: /old API key \(hapikey\), a developer API key, or an app's client secret or refresh token/,
  },
  {
    name: 'another secret altogether',
    source: 'API.md 1.4 B',
    ...refused,
    status: 401,
    body: epoch,
    key: 'hunter2',
    says: /another secret was pasted/,
  },
  {
    name: 'an OAuth access token that has expired',
    source: 'API.md 1.4 C; faults.md F042',
    ...refused,
    status: 401,
    body: expired('2026-10-01T00:00:00Z', '35 minute(s)'),
    key: accessToken,
    says: /has expired\. .*OAuth access token, which ends after half an hour\. Create a Service Key/,
  },
  {
    name: 'a key that is called expired',
    source: 'API.md 1.4 C',
    ...refused,
    status: 401,
    body: expired('2026-10-01T00:00:00Z', '2 day(s)'),
    says: /has expired\. Service Keys do so only when they are rotated/,
  },
  {
    name: 'malformed at the edge',
    source: 'API.md 1.4 D, 2.5',
    ...refused,
    status: 530,
    body: page,
    says: /\(530\)\. .*a proxy on the way/,
  },
  {
    name: 'malformed at the edge, and by its form',
    source: 'API.md 1.4 D',
    ...refused,
    status: 530,
    body: page,
    key: 'hunter2',
    says: /\(530\)\. .*another secret was pasted/,
  },
  {
    name: 'a legacy hapikey by the answer',
    source: 'API.md 1.4 E',
    ...refused,
    status: 401,
    body: { message: 'The API key provided is invalid.', links: { 'api key': 'https://app.hubspot.com' } },
    key: '0badc0de-0bad-4bad-8bad-0badc0de0bad',
    says: /is an API key \(hapikey\), which it no longer takes\. Create a Service Key/,
  },
  {
    name: 'granular scopes',
    source: 'API.md 1.5, the documented example',
    ...lacks,
    body: scopes('requiredGranularScopes', [
      'crm.schemas.deals.read',
      'crm.objects.deals.sensitive.read.v2',
      'crm.objects.deals.read',
      'crm.objects.deals.highly_sensitive.read.v2',
    ]),
    scope: 'crm.objects.deals.read',
    says: /^The Service Key lacks the scope crm\.objects\.deals\.read \(or crm\.schemas\.deals\.read\)\. Add it/,
  },
  {
    name: 'required scopes, repeated on top',
    source: 'API.md 1.5, ESTUARY-403',
    ...lacks,
    body: { ...scopes('requiredScopes', ['tickets']), context: { requiredScopes: ['tickets'] } },
    scope: 'tickets',
    says: /^The Service Key lacks the scope tickets\. Add it/,
  },
  {
    name: 'view_schema, without a category',
    source: 'API.md 1.5, ESTUARY-403',
    ...lacks,
    body: {
      message:
        'You do not have permissions to view_schema object type ObjectTypeId{legacyObjectType=LEAD} in portal 1 (requires one of [leads-read])',
    },
    scope: 'leads-read',
    says: /lacks the scope leads-read, without which it may not look at this/,
  },
  {
    name: 'proper permissions, with scopes',
    source: 'faults.md F041; estuary/connectors pull request 3522',
    ...lacks,
    body: {
      message:
        'This oauth-token (pat-eu1-0bad) does not have proper permissions! (requires any of [contacts])',
    },
    scope: 'contacts',
    says: /lacks the scope contacts, without which it may not look at this/,
  },
  {
    name: 'proper permissions, without',
    source: 'faults.md F041',
    ...lacks,
    body: { message: 'This access_token does not have proper permissions!' },
    says: /lacks a permission that this needs/,
  },
  {
    name: 'missing required scope',
    source: 'faults.md F041',
    ...lacks,
    body: { message: "This app is missing required 'crm.lists.read' scope" },
    scope: 'crm.lists.read',
    says: /lacks the scope crm\.lists\.read\. Add it/,
  },
  {
    name: 'plain text',
    source: 'API.md 1.5, ESTUARY-403',
    ...lacks,
    body: granted,
    says: /lacks a scope that this needs, and HubSpot does not say which\. keyway check/,
  },
  {
    name: 'a scope that is not for public use',
    source: 'API.md 1.5, ESTUARY-403',
    ...unavailable,
    body: {
      message:
        "The scope needed for this API call isn't available for public use. Read more about scopes here.",
      category: 'MISSING_SCOPES',
      links: { support: 'https://help.hubspot.com/', forum: 'https://community.hubspot.com/' },
    },
    says: /keeps this for itself/,
  },
  {
    name: 'workflows',
    source: 'API.md 1.1, SPIKE',
    ...unavailable,
    body: {
      message: 'Flow must be accessible via external APIs',
      category: 'FlowApiError.FLOW_ACCESS_DENIED',
    },
    says: /does not show workflows to Service Keys/,
  },
  {
    name: 'a feature that is not in the plan',
    source: 'API.md 1.5; faults.md F043',
    ...unavailable,
    body: { message: 'This portal does not have access to this feature.' },
    says: /HubSpot plan does not include this/,
  },
  {
    name: 'an object that is switched off',
    source: 'faults.md F043',
    ...unavailable,
    body: { message: 'The object type courses is not enabled for this account.' },
    says: /switched off in this HubSpot account/,
  },
  {
    name: 'a page of a firewall',
    source: 'API.md 2.5: never assume JSON',
    ...unavailable,
    code: 'hubspot_bad_answer',
    body: page,
    says: /a firewall or proxy/,
  },
  {
    name: 'no reason',
    source: 'API.md 1.4: every field is optional',
    ...unavailable,
    body: {},
    says: /does not offer this .*it gave no reason/,
  },
];

const about = {
  endpoint: 'GET /crm/objects/{object}',
  bucket: 'burst',
  now: 0,
  timeZone: undefined,
} as const;

function judged({ status, body, key: pasted = key }: Variant) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = { status, headers: {}, body: Buffer.from(text) };
  return classify(answer, text, { ...about, keyKind: keyKind(pasted) });
}

test.each(variants)('$status of a key because it is or lacks: $name ($source)', (variant) => {
  const { code, verdict, scope } = variant;
  const error = judged(variant);
  expect(error).toMatchObject({ code, verdict });
  expect(error?.message).toMatch(variant.says);
  expect(error?.details['scope']).toBe(scope);
  expect(error?.message).not.toContain(variant.key ?? key);
});

test('no two of them have the same sentence, and each key that is refused is told where the right one is', () => {
  const sentences = variants.map((variant) => judged(variant)?.message ?? '');
  expect(new Set(sentences).size).toBe(variants.length);
  const places = /Settings → Integrations → Service Keys, or Development → Keys → Service Keys/;
  const others: readonly unknown[] = ['not_available', 'hubspot_bad_answer'];
  const ofKeys = sentences.filter((_, i) => !others.includes(variants[i]?.code));
  for (const sentence of ofKeys) expect(sentence).toMatch(places);
});

test('477 is about the account, not about the key', () => {
  const answer = { status: 477, headers: {}, body: Buffer.from('') };
  const error = classify(answer, '', { ...about, keyKind: 'unknown' });
  expect(error).toMatchObject({ code: 'hubspot_migrating', verdict: 'retry' });
});
