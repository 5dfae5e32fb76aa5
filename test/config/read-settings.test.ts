import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireKey } from '../../config/index.ts';
import { makeFolder, problems, read, type Folder } from './settings-folder.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

const yaml = (text: string): string => folder.write('config/keyway.yaml', text);

describe('where a value comes from', () => {
  it('needs nothing: every setting has a default or may be left out', () => {
    const settings = read(folder);
    expect(settings).toMatchObject({
      hubspot: {
        key: undefined,
        nextKey: undefined,
        legacyToken: undefined,
        baseUrl: 'https://api.hubapi.com',
      },
      warehouse: undefined,
      schema: 'hubspot',
      stateSchema: 'keyway',
      directory: `${folder.path}/.keyway`,
      pipelines: undefined,
      sync: { lag: 60_000, overlap: 900_000, settleAfter: 3_600_000, archivedEvery: 72_000_000 },
      rateLimit: { share: 0.85, searchPerSecond: 3.5, dailyReserve: 0.05 },
      http: { host: '127.0.0.1', port: 8080 },
      log: { level: 'info', format: 'pretty' },
    });
    expect(new Set(Object.values(settings.sources))).toEqual(new Set(['default']));
  });

  it('takes the flag, then the environment, then .env, then the file', () => {
    yaml('log:\n  level: error\nschema: from_file\nstateSchema: from_file\nsync:\n  lag: 1s\n');
    folder.write('.env', 'LOG_LEVEL=warn\nKEYWAY_SCHEMA=from_dot_env\nKEYWAY_STATE_SCHEMA=from_dot_env\n');
    const env = { LOG_LEVEL: 'debug', KEYWAY_SCHEMA: 'from_env' };
    const settings = read(folder, { env, flags: { logLevel: 'trace' } });
    expect(settings.log.level).toBe('trace');
    expect(settings.schema).toBe('from_env');
    expect(settings.stateSchema).toBe('from_dot_env');
    expect(settings.sync.lag).toBe(1000);
    expect(settings.sources).toMatchObject({
      'log.level': '--log-level',
      schema: 'KEYWAY_SCHEMA',
      stateSchema: '.env: KEYWAY_STATE_SCHEMA',
      'sync.lag': 'config/keyway.yaml:6',
      'sync.overlap': 'default',
    });
  });

  it('names the variable of a setting in a section after its path', () => {
    const env = { KEYWAY_RATE_LIMIT__DAILY_RESERVE: '0.2', KEYWAY_SYNC__ARCHIVED_EVERY: '6h' };
    const settings = read(folder, { env });
    expect([settings.rateLimit.dailyReserve, settings.sync.archivedEvery]).toEqual([0.2, 21_600_000]);
  });

  it('takes an empty variable for an absent one', () => {
    expect(read(folder, { env: { KEYWAY_SCHEMA: '', HUBSPOT_SERVICE_KEY: '' } }).schema).toBe('hubspot');
  });

  it('reads the file that is asked for, which must then exist', () => {
    folder.write('other.yaml', 'schema: other');
    expect(read(folder, { env: { KEYWAY_CONFIG: 'other.yaml' } }).schema).toBe('other');
    expect(problems(folder, { flags: { config: 'nope.yaml' } })).toEqual(['nope.yaml does not exist']);
  });

  it('accepts a file that is empty, all comments, or has empty sections', () => {
    for (const text of ['', '# nothing yet\n', 'sync:\npipelines:\n']) {
      yaml(text);
      expect(read(folder).sync.lag).toBe(60_000);
    }
  });
});

describe('values', () => {
  it('understands both ways to write pairs, in YAML and in the environment', () => {
    const pairs = [
      { from: 'deals', to: 'contacts' },
      { from: 'deals', to: 'line_items' },
    ];
    yaml('associations:\n  deals: [contacts, line_items]\n');
    expect(read(folder).associations).toEqual(pairs);
    yaml('associations: [deals-contacts, deals-line_items]');
    expect(read(folder).associations).toEqual(pairs);
    const env = { KEYWAY_ASSOCIATIONS: 'deals-contacts, deals-line_items' };
    expect(read(folder, { env }).associations).toEqual(pairs);
  });

  it('understands both ways to name properties by object, in YAML and in the environment', () => {
    const history = { deals: ['dealstage', 'amount'], contacts: [] };
    yaml('history:\n  deals: [dealstage, amount, amount]\n  contacts: []\n');
    expect(read(folder).history).toEqual(history);
    yaml('history: [deals.dealstage, deals.amount]');
    expect(read(folder).history).toEqual({ deals: history.deals });
    const env = { KEYWAY_HISTORY: 'deals.dealstage, deals.amount' };
    expect(read(folder, { env }).history).toEqual({ deals: history.deals });
    yaml('');
    expect(read(folder).history).toBeUndefined();
  });

  it.each([
    ['0', 0],
    ['500ms', 500],
    ['90s', 90_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
  ])('reads the duration %s', (written, milliseconds) => {
    yaml(`sync: { overlap: ${written} }`);
    expect(read(folder).sync.overlap).toBe(milliseconds);
  });

  it.each([
    ['9000', { host: '127.0.0.1', port: 9000 }],
    [':9000', { host: '127.0.0.1', port: 9000 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['off', undefined],
  ])('reads the address %s', (written, address) => {
    expect(read(folder, { env: { KEYWAY_HTTP: written } }).http).toEqual(address);
  });

  it.each(['15', '1 hour', '-5s', '1.5h'])('refuses the duration %s', (written) => {
    yaml(`sync:\n  lag: ${written}\n`);
    expect(problems(folder)).toEqual([
      expect.stringMatching(
        /^config\/keyway\.yaml:2:8: sync\.lag must be a duration such as 60s, 15m or 1h, not /,
      ),
    ]);
  });
});

describe('mistakes', () => {
  it('are all told at once, each with its place and the name that was most likely meant', () => {
    yaml(
      'pipelnes: [deals]\npipelines:\n  - contacts\n  - contcts\nsync:\n  overlp: 3m\n  concurrency: 99\nlag: 1s\n',
    );
    const env = {
      KEYWAY_SCHEMAS: 'x',
      HUBSPOT_SERVICE_KY: 'x',
      HUBSPOT_LEGACY_TOKN: 'x',
      LOG_LEVEL: 'loud',
    };
    expect(problems(folder, { env })).toEqual([
      'KEYWAY_SCHEMAS is not a setting; did you mean KEYWAY_SCHEMA?',
      'HUBSPOT_SERVICE_KY is not a setting; did you mean HUBSPOT_SERVICE_KEY?',
      'HUBSPOT_LEGACY_TOKN is not a setting; did you mean HUBSPOT_LEGACY_TOKEN?',
      'config/keyway.yaml:1:1: pipelnes is not a setting; did you mean pipelines?',
      'config/keyway.yaml:6:3: sync.overlp is not a setting; did you mean sync.overlap?',
      'config/keyway.yaml:8:1: lag is not a setting; did you mean sync.lag?',
      'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
      'config/keyway.yaml:7:16: sync.concurrency must be a whole number from 1 to 16, not 99',
      'config/keyway.yaml:4:5: pipelines: "contcts" is not a pipeline; did you mean contacts?',
    ]);
  });

  it('in YAML itself are told with their place', () => {
    yaml('schema: [a\nsync: }\n');
    expect(problems(folder)[0]).toMatch(/^config\/keyway\.yaml:\d+:\d+: is not YAML: /);
    yaml('schema: a\nschema: b\n');
    expect(problems(folder)).toEqual(['config/keyway.yaml:2:1: is not YAML: Map keys must be unique']);
    yaml('- a\n');
    expect(problems(folder)).toEqual(['config/keyway.yaml:1:1: must be settings such as schema: hubspot']);
  });

  it('in the pairs of objects point at the object', () => {
    yaml('associations:\n  deals: [contacts, compnies]\n');
    expect(problems(folder)).toEqual([
      'config/keyway.yaml:2:21: associations: "compnies" is not an object that can be linked; did you mean companies?',
    ]);
  });

  it('of objects that pipelines leaves out are refused where links or history need them', () => {
    yaml('pipelines: [contacts, associations]\nassociations:\n  deals: [contacts]\nhistory: {deals: []}\n');
    expect(problems(folder)).toEqual([
      'config/keyway.yaml:3:3: associations needs the records of deals, which pipelines leaves out: add deals there, or take it out here',
    ]);
    yaml(
      'pipelines: [contacts, property_history]\nassociations:\n  deals: [contacts]\nhistory: {deals: []}\n',
    );
    expect(problems(folder)).toEqual([
      'config/keyway.yaml:4:11: history needs the records of deals, which pipelines leaves out: add deals there, or take it out here',
    ]);
  });

  it('in what history is of suggest the nearest object, and say how properties are named', () => {
    yaml('history:\n  dels: [dealstage]\n');
    expect(problems(folder)).toEqual([
      expect.stringMatching(
        /history: "dels" is not an object whose history can be kept; did you mean deals\?$/,
      ),
    ]);
    yaml('history: [dealstage]\n');
    expect(problems(folder)[0]).toMatch(/history.* must name properties by object, such as \{deals: /);
  });

  it('are not what Kubernetes injects for a Service called keyway, nor variables of other HubSpot tools', () => {
    const env = {
      KEYWAY_SERVICE_HOST: '10.0.0.1',
      KEYWAY_PORT: 'tcp://10.0.0.1:80',
      KEYWAY_PORT_8080_TCP_ADDR: '10.0.0.1',
      KEYWAY_POSTGRES_SERVICE_PORT_HTTP: '5432',
      HUBSPOT_ACCESS_TOKEN: 'x',
      HUBSPOT_AUTH_TOKEN: 'x',
      HUBSPOT_PRIVATE_APP_TOKEN: 'x',
      HUBSPOT_PORTAL_ID: '1',
    };
    expect(read(folder, { env }).schema).toBe('hubspot');
  });

  it('are what a value is that came second too', () => {
    yaml('schema: Not A Schema');
    expect(problems(folder, { env: { KEYWAY_SCHEMA: 'fine' } })).toHaveLength(1);
  });
});

describe('secrets', () => {
  const key = 'pat-eu1-01234567-89ab-cdef-0123-456789abcdef';

  it('are read from a file, whose line break is no part of them', () => {
    const file = folder.write('key', `${key}\n`);
    const settings = read(folder, { env: { HUBSPOT_SERVICE_KEY_FILE: file } });
    expect(requireKey(settings).reveal()).toBe(key);
    expect(requireKey(settings).file).toBe(file);
  });

  it('are refused when both the variable and its file are set', () => {
    const env = { HUBSPOT_SERVICE_KEY: key, HUBSPOT_SERVICE_KEY_FILE: folder.write('key', key) };
    expect(problems(folder, { env })).toEqual([
      'HUBSPOT_SERVICE_KEY and HUBSPOT_SERVICE_KEY_FILE are both set; keep one of them',
    ]);
  });

  it('are missed when their file is not there, is empty or is a folder', () => {
    for (const [file, why] of [
      [`${folder.path}/nope`, 'does not exist'],
      [folder.path, 'is a folder'],
      [folder.write('empty', '\n'), 'is empty'],
    ] as const) {
      const env = { KEYWAY_WAREHOUSE_FILE: file };
      expect(problems(folder, { env })).toEqual([`KEYWAY_WAREHOUSE_FILE: ${file} ${why}`]);
    }
  });

  it('do not belong into the YAML file, where they are not repeated either', () => {
    yaml(`hubspot:\n  serviceKey: ${key}\nwarehouse: postgres://keyway:hunter2@db/crm\n`);
    const told = problems(folder);
    expect(told).toHaveLength(2);
    expect(told[0]).toContain('set HUBSPOT_SERVICE_KEY or HUBSPOT_SERVICE_KEY_FILE instead');
    expect(told[1]).toContain('set KEYWAY_WAREHOUSE or KEYWAY_WAREHOUSE_FILE instead');
    expect(told.join()).not.toMatch(/hunter2|01234567/);
  });

  it('lets the YAML file say where the warehouse is, without a password', () => {
    yaml('warehouse: postgres://keyway@db/crm');
    expect(read(folder).warehouse?.reveal()).toBe('postgres://keyway@db/crm');
  });

  it.each([
    'postgres://keyway:hun#ter2@db/crm',
    'postgres://keyway:hun?ter2@db/crm',
    'postgres://keyway:hunter2%@db/crm',
    'postgres://keyway:hunter2@db:port/crm',
    'mysql://keyway:hunter2@db/crm',
    'hunter2',
  ])('are not shown by the refusal of %s', (url) => {
    const told = problems(folder, { env: { KEYWAY_WAREHOUSE: url } });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^KEYWAY_WAREHOUSE .*postgres:\/\/user:password@host:5432\/database/);
    expect(told[0]).not.toMatch(/hun|ter2/);
  });

  it('are asked for with the place in HubSpot where one is made', () => {
    expect(() => requireKey(read(folder))).toThrow(
      /Settings → Integrations → Service Keys.*HUBSPOT_SERVICE_KEY/,
    );
  });
});
