import { describe, expect, it } from 'vitest';
import { refusal } from '../../../src/warehouse/bigquery/refusal.ts';

const place = { server: 'BigQuery project shop', project: 'shop', dataset: 'hubspot', table: 'contacts' };

/** As Google's client throws what a request was answered with. */
const request = (code: number, reason: string, message: string): Error =>
  Object.assign(new Error(message), { code, errors: [{ domain: 'global', reason, message }] });
/** As a job tells how it ended. */
const job = (reason: string, message: string, errors: object[] = []): object => ({ reason, message, errors });

const secret = 'Ada-Lovelace';

const cases: readonly (readonly [string, unknown, RegExp, ('stop' | 'retry')?])[] = [
  [
    'no credentials',
    new Error('Could not load the default credentials. Browse to …'),
    /GOOGLE_APPLICATION_CREDENTIALS/,
  ],
  [
    'credentials that were withdrawn',
    new Error('invalid_grant: Invalid JWT Signature.'),
    /GOOGLE_APPLICATION_CREDENTIALS/,
  ],
  [
    'a host that nobody knows',
    Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND' }),
    /name service/,
  ],
  [
    'a certificate',
    Object.assign(new Error('unable to get local issuer certificate'), {
      code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    }),
    /NODE_EXTRA_CA_CERTS/,
  ],
  ['a proxy', request(407, 'proxyAuthenticationRequired', 'Proxy Authentication Required'), /HTTPS_PROXY/],
  [
    'an API that is off',
    request(400, 'invalid', 'The project shop has not enabled BigQuery.'),
    /gcloud services enable bigquery\.googleapis\.com --project=shop$/,
  ],
  ['no project', request(404, 'notFound', 'Not found: Project shop'), /There is no project shop/],
  [
    'a project for requests',
    request(
      403,
      'forbidden',
      'Caller does not have required permission to use project shop. Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission',
    ),
    /roles\/serviceusage\.serviceUsageConsumer/,
  ],
  [
    'billing',
    job(
      'billingNotEnabled',
      'Billing has not been enabled for this project. DML queries are not allowed in the free tier.',
    ),
    /gcloud billing projects link shop/,
  ],
  [
    'a quota',
    request(403, 'quotaExceeded', 'Quota exceeded: Your project exceeded quota for free query bytes scanned'),
    /is used up: Quota exceeded: .* scanned\. Most are given anew each day/,
  ],
  [
    'an answer that is too large',
    request(403, 'responseTooLarge', 'Response too large to return.'),
    /answer to a question about hubspot\.contacts is larger/,
    'retry',
  ],
  [
    'a price',
    job('bytesBilledLimitExceeded', 'Query exceeded limit for bytes billed: 10. 20 or higher required'),
    /maximumBytesBilled allows: .* 20 or higher required\. Raise it/,
  ],
  ['being blocked', request(403, 'blocked', 'Denylisted'), /Google has blocked/],
  [
    'resources',
    job('resourcesExceeded', 'Resources exceeded during query execution'),
    /needs more memory or time.*hubspot\.contacts|hubspot\.contacts needs more memory or time/,
    'retry',
  ],
  ['time', job('timeout', 'The job timed out'), /took longer than BigQuery allows/, 'retry'],
  [
    'being stopped',
    job('stopped', 'Job execution was cancelled: User requested cancellation'),
    /was cancelled.*Nothing of it was written/,
    'retry',
  ],
  [
    'what is not there',
    request(501, 'notImplemented', 'Feature not implemented'),
    /does not offer something/,
  ],
  [
    'what is not there, of a job',
    job('notImplemented', 'Feature not implemented'),
    /does not offer something/,
  ],
  [
    'a mistake in a statement',
    job('invalidQuery', 'Query error: Unrecognized name: nmae at [3:12]'),
    /does not run a statement on hubspot\.contacts: Unrecognized name: nmae at \[3:12\]\. That is a mistake of Keyway's/,
    'retry',
  ],
  [
    'a value in a statement',
    job('invalidQuery', `Query error: Bad int64 value: ${secret} at [3:12]`),
    /statement on hubspot\.contacts at \[3:12\]\. That/,
    'retry',
  ],
  [
    'a change by another',
    request(412, 'conditionNotMet', 'Precondition check failed'),
    /Somebody changed hubspot\.contacts/,
    'retry',
  ],
  [
    'a name that is taken',
    request(409, 'duplicate', 'Already Exists: Table shop:hubspot.contacts'),
    /another process was faster/,
    'retry',
  ],
  [
    'rows',
    job(
      'invalid',
      'Error while reading data, error message: JSON table encountered too many errors, giving up. Rows: 1; errors: 1.',
      [
        {
          reason: 'invalid',
          message: `Error while reading data, error message: JSON processing encountered too many errors`,
        },
        {
          reason: 'invalid',
          message: `Could not convert value to integer. Field: shoe_size; Value: ${secret}`,
        },
      ],
    ),
    /refused rows of hubspot\.contacts, at column shoe_size: a value is missing/,
    'retry',
  ],
  [
    'rows of which no column is told',
    job('invalid', `Bad character in "${secret}"`),
    /refused rows of hubspot\.contacts: a value/,
    'retry',
  ],
  [
    'something that is not found',
    request(404, 'notFound', 'Not found: Table shop:hubspot.contacts was not found in location EU'),
    /was not found in location EU\. Run keyway migrate/,
  ],
  [
    'something else',
    request(400, 'invalid', `Invalid value "${secret}" for x: ${secret}`),
    /refused a request on hubspot\.contacts \(invalid\): Invalid …$/,
  ],
  ['something new', request(418, 'teapot', `Short and '${secret}' stout`), /\(teapot\): Short and … stout$/],
];

describe('an error of BigQuery’s', () => {
  const told = cases.map(([about, error, expected, verdict = 'stop']) => ({
    about,
    error,
    expected,
    verdict,
  }));
  it.each(told)('about $about has a sentence of its own', ({ error, expected, verdict }) => {
    const { code, message, details, ...rest } = refusal(error, place);
    expect([code, rest.verdict]).toEqual(['warehouse_refused', verdict]);
    expect(message).toMatch(expected);
    expect(message).not.toMatch(/undefined|\.\./);
    expect(message + JSON.stringify(details)).not.toContain(secret);
  });

  it.each([
    request(503, 'backendError', 'Try again'),
    request(403, 'rateLimitExceeded', 'Exceeded rate limits'),
    job('jobBackendError', 'Try again'),
    job('tableUnavailable', 'Something went wrong with the table you queried'),
    job(
      'invalidQuery',
      'Transaction is aborted due to concurrent update against table shop:hubspot.contacts',
    ),
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
  ])('that may pass is one that may pass: %o', (error) => {
    expect(refusal(error, place)).toMatchObject({ code: 'warehouse_unavailable', verdict: 'retry' });
  });

  const dataset =
    'bq query --use_legacy_sql=false \'GRANT `roles/bigquery.dataEditor` ON SCHEMA `shop.rows` TO "serviceAccount:NAME@PROJECT.iam.gserviceaccount.com"\'';
  const jobs =
    'gcloud projects add-iam-policy-binding shop --member="serviceAccount:NAME@PROJECT.iam.gserviceaccount.com" --role=roles/bigquery.jobUser --condition=None';
  it.each([
    [
      'Access Denied: Dataset shop:rows: Permission bigquery.tables.create denied on dataset shop:rows (or it may not exist).',
      'bigquery.tables.create',
      'rows',
      dataset,
    ],
    [
      'Access Denied: Table shop:rows.contacts: Permission bigquery.tables.updateData denied on table shop:rows.contacts (or it may not exist).',
      'bigquery.tables.updateData',
      'rows',
      dataset,
    ],
    [
      'Access Denied: Table example.com:shop:rows.contacts: User does not have permission to query table example.com:shop:rows.contacts, or perhaps it does not exist.',
      'bigquery.tables.getData',
      'rows',
      dataset,
    ],
    [
      "Access Denied: User keyway@shop.iam does not have permission to perform bigquery.tables.getData on resource 'projects/shop/datasets/rows/tables/contacts'.",
      'bigquery.tables.getData',
      'rows',
      dataset,
    ],
    [
      'User does not have bigquery.datasets.get permission on dataset rows.',
      'bigquery.datasets.get',
      'rows',
      dataset,
    ],
    [
      'Access Denied: Project shop: User does not have bigquery.jobs.create permission in project shop.',
      'bigquery.jobs.create',
      undefined,
      jobs,
    ],
  ])('of access names permission, dataset and role: %s', (message, permission, on, command) => {
    for (const error of [request(403, 'accessDenied', message), job('accessDenied', message)]) {
      const told = refusal(error, place);
      expect(told.message).toBe(
        `BigQuery project shop denies access: ${permission} is missing${on === undefined ? '' : ' on dataset rows'}. Grant ${/roles\/\w+\.\w+/.exec(command)?.[0]} to the account that Keyway runs as: ${command}`,
      );
      expect(told.details).toMatchObject({ permission, ...(on === undefined ? {} : { dataset: on }) });
    }
  });
});
