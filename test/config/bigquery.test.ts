import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, problems, read, type Folder } from './settings-folder.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

const yaml = (text: string): string => folder.write('config/keyway.yaml', text);
const url = 'bigquery://acme-crm/hubspot?location=EU';

describe('a warehouse in BigQuery', () => {
  it.each([
    url,
    'bigquery://acme-crm/hubspot',
    'BigQuery://acme.com:crm-one/Hub_1?location=europe-west3',
    'bigquery://acme-crm/hubspot?endpoint=https://bigquery.acme.p.googleapis.com&location=US',
    'bigquery://acme-crm/hubspot?endpoint=http%3A%2F%2F127.0.0.1%3A9050',
    'bigquery://acme-crm/hubspot?endpoint=http://localhost:9050/',
    'bigquery://acme-crm/hubspot?endpoint=http://[::1]:9050',
  ])('may be %s, in the environment and in YAML', (given) => {
    expect(read(folder, { env: { KEYWAY_WAREHOUSE: given } }).warehouse?.reveal()).toBe(given);
    yaml(`warehouse: ${given}`);
    expect(read(folder).warehouse?.reveal()).toBe(given);
  });

  it.each([
    ['bigquery:hubspot', 'names no project'],
    ['bigquery:///hubspot', 'names no project'],
    ['bigquery://Hunter2/hubspot', 'names a project that Google does not allow: its id has 6 to 30'],
    ['bigquery://hunter2-/hubspot', 'names a project that Google does not allow'],
    ['bigquery://acme-crm', 'names no dataset'],
    ['bigquery://acme-crm/?location=EU', 'names no dataset'],
    ['bigquery://acme-crm/hunter-2', 'names a dataset that BigQuery does not allow: letters, digits and _'],
    ['bigquery://acme-crm/hunter/two', 'names a dataset that BigQuery does not allow'],
    [`bigquery://acme-crm/${'h'.repeat(1001)}`, 'names a dataset that BigQuery does not allow'],
    ['bigquery://hunter:hunter2@acme-crm/hubspot', 'has a user, a password or a character that'],
    ['bigquery://acme-crm/hubspot#hunter2', 'has a user, a password or a character that'],
    ['bigquery://acme-crm/hubspot?loction=hunter2', 'has an unknown parameter; did you mean location?'],
    ['bigquery://acme-crm/hubspot?toString=1', 'has an unknown parameter; there are location and endpoint'],
    ['bigquery://acme-crm/hubspot?location=EU&location=US', 'has location= twice'],
    ['bigquery://acme-crm/hubspot?location=', 'has no location such as EU, US or europe-west3'],
    ['bigquery://acme-crm/hubspot?location=hunter/2', 'has no location such as EU'],
    ['bigquery://acme-crm/hubspot?endpoint=hunter2', 'must have an address such as https://'],
    ['bigquery://acme-crm/hubspot?endpoint=https://acme/hunter2', 'must have an address such as https://'],
    ['bigquery://acme-crm/hubspot?endpoint=ftp://hunter2', 'must have an address such as https://'],
  ])('may not be %s: it %s', (given, why) => {
    const told = problems(folder, { env: { KEYWAY_WAREHOUSE: given } });
    expect(told).toEqual([expect.stringContaining(`KEYWAY_WAREHOUSE ${why}`)]);
    expect(told[0]).not.toMatch(/hunter/i);
  });

  it.each(['http://bigquery.acme.com', 'http://127.0.0.1.acme.com', 'http://10.0.0.1'])(
    'is not told of tokens in the clear: %s',
    (endpoint) => {
      const env = { KEYWAY_WAREHOUSE: `${url}&endpoint=${endpoint}` };
      expect(problems(folder, { env })[0]).toContain('plain http reaches this machine alone');
    },
  );
});

describe('datasets', () => {
  it('are called after the one in the URL', () => {
    const settings = read(folder, { env: { KEYWAY_WAREHOUSE: 'bigquery://acme-crm/Crm' } });
    expect([settings.schema, settings.stateSchema]).toEqual(['Crm', 'Crm_keyway']);
  });

  it('of the state may have a name of its own', () => {
    const env = { KEYWAY_WAREHOUSE: url, KEYWAY_SCHEMA: 'hubspot', KEYWAY_STATE_SCHEMA: 'keyway' };
    const settings = read(folder, { env });
    expect([settings.schema, settings.stateSchema]).toEqual(['hubspot', 'keyway']);
  });

  it('of the rows have their name from the URL alone', () => {
    yaml(`schema: crm\nwarehouse: ${url}\n`);
    expect(problems(folder)).toEqual([
      'config/keyway.yaml:1:9: schema must be left out: the URL of the warehouse names the dataset already, hubspot',
    ]);
  });

  it.each([
    ['hubspot', 'hubspot'],
    ['keyway_staging', 'keyway'],
  ])('are not shared: the rows in %s and the state in %s', (dataset, state) => {
    const env = { KEYWAY_WAREHOUSE: `bigquery://acme-crm/${dataset}`, KEYWAY_STATE_SCHEMA: state };
    expect(problems(folder, { env })).toEqual([
      expect.stringContaining(`KEYWAY_STATE_SCHEMA must be another dataset: ${state} and ${state}_staging`),
    ]);
  });
});

describe('what Google’s client would send elsewhere', () => {
  const emulator = { BIGQUERY_EMULATOR_HOST: 'http://127.0.0.1:9050' };

  it('is kept here, by not starting', () => {
    expect(problems(folder, { env: { KEYWAY_WAREHOUSE: url, ...emulator } })).toEqual([
      expect.stringMatching(/^BIGQUERY_EMULATOR_HOST is set: .*credentials included\. Unset it/),
    ]);
  });

  it('is nothing where the warehouse is another one', () => {
    const env = { KEYWAY_WAREHOUSE: 'postgres://keyway@db/crm', ...emulator };
    expect(read(folder, { env }).schema).toBe('hubspot');
    expect(read(folder, { env: emulator }).schema).toBe('hubspot');
  });
});

describe('what a job may bill', () => {
  it.each([
    ['50GB', 50e9],
    ['40GiB', 40 * 1024 ** 3],
    ['10MiB', 10 * 1024 ** 2],
    ['2TB', 2e12],
    ['20000KB', 2e7],
  ])('is read as %s', (written, bytes) => {
    yaml(`bigquery: { maximumBytesBilled: ${written} }`);
    expect(read(folder).bigquery.maximumBytesBilled).toBe(bytes);
    const env = { KEYWAY_BIGQUERY__MAXIMUM_BYTES_BILLED: written };
    expect(read(folder, { env }).bigquery.maximumBytesBilled).toBe(bytes);
  });

  it.each(['50', '50 GB', '50gb', '1.5TB', '10MB', '0GB', '999999999TiB'])(
    'is not %s: no unit, or less than any query costs, or more than there is',
    (written) => {
      const env = { KEYWAY_BIGQUERY__MAXIMUM_BYTES_BILLED: written };
      expect(problems(folder, { env })).toEqual([
        `KEYWAY_BIGQUERY__MAXIMUM_BYTES_BILLED must be a size such as 50GB or 40GiB, and 10MiB at least, not ${JSON.stringify(written)}`,
      ]);
    },
  );

  it('is without limit unless somebody sets one', () => {
    expect(read(folder).bigquery.maximumBytesBilled).toBeUndefined();
  });
});
