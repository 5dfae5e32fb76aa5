import { expect, test } from 'vitest';
import { classify } from '../../src/hubspot/classify.ts';

const about = {
  endpoint: 'GET /crm/objects/{object}',
  bucket: 'burst',
  now: Date.parse('2026-10-10T12:00:00Z'),
  timeZone: 'US/Eastern',
  keyKind: 'service key',
} as const;

function judge(status: number, body: unknown, headers: Record<string, string> = {}, more: object = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return classify({ status, headers, body: Buffer.from(text) }, text, { ...about, ...more });
}

const html = '<html><body>502 Bad Gateway</body></html>';

test.each([200, 207])('%i is a success', (status) => {
  expect(judge(status, {})).toBeUndefined();
});

test.each([
  [
    'unknown or revoked',
    { category: 'INVALID_AUTHENTICATION', message: 'Authentication credentials not found.' },
    /does not know this key/,
  ],
  [
    'undecodable',
    { category: 'EXPIRED_AUTHENTICATION', context: { 'expire time': ['1970-01-01T00:00:00Z'] } },
    /cannot read this key/,
  ],
  [
    'expired',
    { category: 'EXPIRED_AUTHENTICATION', context: { 'expire time': ['2026-10-01T00:00:00Z'] } },
    /has expired/,
  ],
  ['an old API key', { message: 'The API key provided is invalid.' }, /hapikey/],
  ['not JSON', html, /does not know this key/],
])('a 401 because the key is %s says so and stops', (_what, body, sentence) => {
  const error = judge(401, body);
  expect(error).toMatchObject({ code: 'key_refused', verdict: 'stop' });
  expect(error?.message).toMatch(sentence);
});

test('530 means that the edge does not take it for a key', () => {
  expect(judge(530, html)).toMatchObject({ code: 'key_refused', verdict: 'stop' });
});

const granular = [
  'crm.schemas.deals.read',
  'crm.objects.deals.sensitive.read.v2',
  'crm.objects.deals.write',
  'crm.objects.deals.read',
];

test.each([
  [
    'granular scopes',
    { category: 'MISSING_SCOPES', errors: [{ context: { requiredGranularScopes: granular } }] },
    'crm.objects.deals.read',
  ],
  [
    'older scopes on top',
    { category: 'MISSING_SCOPES', context: { requiredScopes: ['tickets', 'tickets'] } },
    'tickets',
  ],
  [
    'a sentence without category',
    {
      message:
        'You do not have permissions to view_schema object type X in portal 1 (requires one of [leads-read])',
    },
    'leads-read',
  ],
])('a 403 with %s names the scope to tick and skips', (_what, body, scope) => {
  const error = judge(403, body);
  expect(error).toMatchObject({ code: 'scope_missing', verdict: 'skip', details: { scope } });
  expect(error?.message).toContain(scope);
});

test.each([
  [{ message: 'Access denied.', category: 'FlowApiError.FLOW_ACCESS_DENIED' }, /workflows/],
  [{ message: 'Access denied. Flow must be accessible via external APIs.' }, /workflows/],
  [{ message: 'no', category: 'MISSING_SCOPES' }, /lacks a scope/],
  [{ message: "The scope isn't available for public use." }, /keeps this for itself/],
])('a 403 is told by its category or by its words, whichever there is: %j', (body, says) => {
  expect(judge(403, body)?.message).toMatch(says);
});

test('of the scopes that would do, no writing and no sensitive one is proposed', () => {
  const error = judge(403, {
    category: 'MISSING_SCOPES',
    errors: [{ context: { requiredGranularScopes: granular } }],
  });
  expect(error?.details['scopes']).toEqual(['crm.objects.deals.read', 'crm.schemas.deals.read']);
});

test.each([
  ['plain text', "This app hasn't been granted all required scopes to make this call.", 'scope_missing'],
  [
    'a scope not for public use',
    {
      category: 'MISSING_SCOPES',
      message: "The scope needed for this API call isn't available for public use.",
    },
    'not_available',
  ],
  [
    'a plan without the feature',
    { message: 'Your portal does not have access to this feature' },
    'not_available',
  ],
  ['HTML', html, 'hubspot_bad_answer'],
])('a 403 with %s is %s', (_what, body, code) => {
  expect(judge(403, body)).toMatchObject({ code, verdict: 'skip' });
});

test.each([
  [
    'policyName',
    { policyName: 'TEN_SECONDLY_ROLLING', message: 'You have reached your ten_secondly_rolling limit.' },
    {},
    'TEN_SECONDLY_ROLLING',
  ],
  [
    'an old search message',
    { category: 'RATE_LIMITS', message: 'You have reached your secondly limit.' },
    {},
    'SECONDLY',
  ],
  [
    'a ten-second message',
    { message: 'You have reached your ten_secondly_rolling limit.' },
    { bucket: 'search' },
    'TEN_SECONDLY_ROLLING',
  ],
  ['nothing, on search', html, { bucket: 'search' }, 'SECONDLY'],
  ['nothing, elsewhere', '', {}, 'TEN_SECONDLY_ROLLING'],
])('a 429 with %s is of the right policy', (_what, body, more, policy) => {
  expect(judge(429, body, {}, more)).toMatchObject({
    code: 'hubspot_rate_limited',
    verdict: 'retry',
    details: { policy },
  });
});

test('the daily limit stops and tells when it is over, in the time zone of the account', () => {
  const error = judge(429, { policyName: 'DAILY', message: 'You have reached your daily limit.' });
  expect(error).toMatchObject({
    code: 'daily_limit',
    verdict: 'stop',
    details: { resetsAt: '2026-10-11T04:00:00.000Z' },
  });
});

test('a Retry-After of a 429 is honoured within bounds', () => {
  expect(judge(429, {}, { 'retry-after': '3' })?.retryAfter).toBe(3000);
  expect(judge(429, {}, { 'retry-after': '99999999' })?.retryAfter).toBe(60_000);
});

test.each([
  [400, { message: 'Unable to infer object type from: widgets' }, 'not_available', 'skip'],
  [400, { message: 'Invalid object or event type id: 0-9999' }, 'not_available', 'skip'],
  [400, { category: 'VALIDATION_ERROR', message: 'no' }, 'hubspot_bad_request', 'skip'],
  [404, { message: 'resource not found' }, 'hubspot_not_found', 'skip'],
  [405, html, 'hubspot_bad_request', 'skip'],
  [408, '', 'hubspot_unavailable', 'retry'],
  [410, '', 'hubspot_not_found', 'stop'],
  [413, html, 'hubspot_bad_request', 'skip'],
  [414, 'URI too long', 'hubspot_bad_request', 'skip'],
  [423, {}, 'hubspot_unavailable', 'retry'],
  ...[500, 502, 503, 504, 521, 522, 523, 524, 525, 526].map(
    (status) => [status, html, 'hubspot_unavailable', 'retry'] as const,
  ),
  [204, '', 'hubspot_bad_answer', 'retry'],
] as const)('%i %j is %s, %s', (status, body, code, verdict) => {
  expect(judge(status, body)).toMatchObject({
    code,
    verdict,
    details: code === 'hubspot_bad_answer' ? {} : { status },
  });
});

test('477 carries the wait that HubSpot asks for, up to a day', () => {
  expect(judge(477, {}, { 'retry-after': '7200' })).toMatchObject({
    code: 'hubspot_migrating',
    retryAfter: 7_200_000,
  });
  expect(judge(477, {}, { 'retry-after': '999999' })?.retryAfter).toBe(86_400_000);
});

test('a redirect is an error that names the host only', () => {
  const error = judge(307, '', { location: 'https://evil.test/path?secret=1' });
  expect(error).toMatchObject({ code: 'hubspot_bad_answer', verdict: 'stop' });
  expect(error?.message).toContain('evil.test');
  expect(error?.message).not.toContain('secret');
});

test("HubSpot's own words are kept short and on one line", () => {
  const error = judge(400, { message: `a\u0000b\n\u001b[31mc ${'x'.repeat(5000)}` });
  expect(error?.details['hubspot']).toHaveLength(200);
  expect(error?.message).not.toMatch(/\p{Cc}/u);
});
