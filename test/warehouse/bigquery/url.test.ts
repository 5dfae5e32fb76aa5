import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../src/warehouse/bigquery/url.ts';

describe('the place that a URL of BigQuery names', () => {
  it.each([
    ['BigQuery://acme-crm/hubspot', { project: 'acme-crm', dataset: 'hubspot' }],
    ['bigquery://acme-crm/Hub_1?location=EU', { project: 'acme-crm', dataset: 'Hub_1', location: 'EU' }],
    ['bigquery://acme.com:crm-one/hubspot', { project: 'acme.com:crm-one', dataset: 'hubspot' }],
    [
      'bigquery://acme-crm/hubspot?endpoint=https://bigquery.acme.p.googleapis.com/&location=europe-west3',
      {
        project: 'acme-crm',
        dataset: 'hubspot',
        location: 'europe-west3',
        endpoint: 'https://bigquery.acme.p.googleapis.com',
      },
    ],
    [
      'bigquery://acme-crm/hubspot?endpoint=http%3A%2F%2F127.0.0.1%3A9050',
      { project: 'acme-crm', dataset: 'hubspot', endpoint: 'http://127.0.0.1:9050' },
    ],
  ])('%s', (url, place) => {
    expect(placeOf(url)).toEqual(place);
  });

  it.each([
    'bigquery://acme-crm',
    'bigquery://acme-crm/',
    'bigquery:///hubspot',
    'bigquery://Acme-Crm/hubspot',
    'bigquery://acme-crm/hub-spot',
    'bigquery://acme-crm/hubspot/contacts',
    'bigquery://acme-crm/hubspot?loction=EU',
    'bigquery://user:hunter2@acme-crm/hubspot',
    'bigquery://acme-crm/hubspot?endpoint=ftp://hunter2',
    'postgres://acme-crm/hubspot',
  ])('is refused in %s, which is not repeated', (url) => {
    expect(() => placeOf(url)).toThrow(/bigquery:\/\/project\/dataset\?location=EU/);
    expect(() => placeOf(url)).not.toThrow(/hunter2/);
  });
});
