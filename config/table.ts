import type { z } from 'zod';
import { treatments } from '../src/privacy.ts';
import {
  billedBytes,
  byObject,
  duration,
  names,
  objects,
  oneOf,
  pairs,
  propertyRules,
  text,
} from './kinds.ts';
import { httpSettings } from './http-settings.ts';
import { notifySettings } from './notify-settings.ts';
import { rateLimitSettings } from './rate-limit-settings.ts';
import { scheduleSettings } from './schedule-settings.ts';
import type { Setting } from './setting.ts';
import { syncSettings } from './sync-settings.ts';
import { hubspotUrl, optionalServiceKey, serviceKey, warehouseUrl } from './urls.ts';

const schemaName = text(
  /^[a-z_][a-z0-9_]{0,62}$/,
  'must be a lower-case name of letters, digits and _, at most 63 long',
);
const hashKey = text(/^.{32,1024}$/s, 'must be at least 32 characters long');
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every setting that there is. */
const settingsTable = {
  'hubspot.serviceKey': {
    kind: optionalServiceKey,
    env: 'HUBSPOT_SERVICE_KEY',
    otherwise: 'none; `sync` and `check` need one',
    meaning: 'HubSpot Service Key: the one secret that Keyway reads HubSpot with',
    example: 'pat-eu1-00000000-0000-0000-0000-000000000000',
    secret: true,
    file: true,
    comesLater: true,
    yaml: 'never',
  },
  'hubspot.serviceKeyNext': {
    kind: optionalServiceKey,
    env: 'HUBSPOT_SERVICE_KEY_NEXT',
    otherwise: 'none',
    meaning:
      'the second key slot: a key that stands here takes over as soon as it is fit ([Rotating the key](#rotating-the-key)). The file of `…_FILE` may be empty or missing until then',
    example: 'pat-eu1-11111111-1111-1111-1111-111111111111',
    secret: true,
    file: true,
    comesLater: true,
    yaml: 'never',
  },
  'hubspot.keyWait': {
    kind: duration,
    default: '10m',
    meaning:
      'how long a run waits for a new key to come into a key file, once HubSpot takes none of the keys any more; `0` ends it at once',
    example: '1h',
  },
  'hubspot.legacyToken': {
    kind: serviceKey,
    env: 'HUBSPOT_LEGACY_TOKEN',
    otherwise: 'none; `keys compare` needs one',
    meaning:
      'token of the legacy private app that a Service Key is to replace; `keys compare` alone reads with it',
    example: 'pat-eu1-22222222-2222-2222-2222-222222222222',
    secret: true,
    file: true,
    yaml: 'never',
  },
  'hubspot.baseUrl': {
    kind: hubspotUrl,
    env: 'HUBSPOT_BASE_URL',
    default: 'https://api.hubapi.com',
    meaning: 'where HubSpot is; `keyway sandbox` prints a local one',
    example: 'http://127.0.0.1:4010',
    file: true,
  },
  warehouse: {
    kind: warehouseUrl,
    otherwise: 'embedded Postgres under `directory`',
    meaning:
      'where the rows go: a Postgres URL, or `bigquery://project/dataset?location=EU` ([BigQuery](#bigquery))',
    example: 'postgres://keyway@db.example.com:5432/warehouse',
    secret: true,
    file: true,
    yaml: 'no password',
  },
  schema: {
    kind: schemaName,
    default: 'hubspot',
    meaning: 'schema of the tables that hold the CRM; in BigQuery, the dataset that the URL names',
    example: 'crm',
  },
  stateSchema: {
    kind: schemaName,
    default: 'keyway',
    meaning:
      "schema of Keyway's own tables: runs, checkpoints, leases; in BigQuery, a dataset beside the rows', `<dataset>_keyway` unless this says otherwise",
    example: 'keyway',
  },
  'bigquery.maximumBytesBilled': {
    kind: billedBytes,
    otherwise: 'no limit but those of the project',
    meaning:
      'what one BigQuery job may bill at most, such as `50GB`; one that would bill more fails, and costs nothing',
    example: '50GB',
  },
  directory: {
    kind: text(/./, 'must be a path'),
    default: '.keyway',
    meaning: 'folder of the embedded Postgres',
    example: '/var/lib/keyway',
  },
  pipelines: {
    kind: names,
    otherwise: 'all that the key may read',
    meaning: 'pipelines to sync; one that is named here and cannot be read ends a run with exit code 4',
    example: ['contacts', 'companies', 'deals'],
  },
  objects: {
    kind: objects,
    otherwise: 'none',
    meaning:
      'objects that Keyway does not know by itself, each by the name that its table shall have and its type id; further facts if they differ from the usual: `object` (path segment), `label`, `watermark`, `created`, `scopes`, `staged`, `associations`, `history`',
    example: { widgets: { typeId: '0-999' } },
  },
  associations: {
    kind: pairs,
    otherwise: 'the usual pairs among the objects that are synced',
    meaning: 'pairs of objects whose links are synced, each in the direction given',
    example: { deals: ['contacts', 'companies'], contacts: ['companies'] },
  },
  history: {
    kind: byObject,
    otherwise: 'pipeline, stage, lifecycle and owner of each object that has them',
    meaning:
      'properties whose past values are kept in `property_history`, by object; of an object that is not named, the usual ones',
    example: { deals: ['dealstage', 'amount'], contacts: [] },
  },
  properties: {
    kind: propertyRules,
    otherwise: 'every property that is not sensitive',
    meaning:
      'what becomes of properties, by object or `*`: `include` (only these), `exclude`, `hash` or `refuse`; see [Privacy](#privacy)',
    example: { contacts: { exclude: ['date_of_birth', 'hs_ip_*'], hash: ['email'] } },
  },
  'sensitivity.sensitive': {
    kind: oneOf(treatments),
    default: 'exclude',
    meaning: 'what becomes of properties that HubSpot calls sensitive; they need a scope of their own',
    example: 'hash',
  },
  'sensitivity.highlySensitive': {
    kind: oneOf(treatments),
    default: 'exclude',
    meaning: 'the same of those that it calls highly sensitive',
    example: 'refuse',
  },
  hashKey: {
    kind: hashKey,
    otherwise: 'none; needed where something is hashed',
    meaning: 'secret that values are hashed with, 32 characters or more; `openssl rand -hex 32` makes one',
    example: '0123456789abcdef0123456789abcdef',
    secret: true,
    file: true,
    yaml: 'never',
  },
  ...syncSettings,
  ...notifySettings,
  ...scheduleSettings,
  ...rateLimitSettings,
  ...httpSettings,
  'log.level': {
    kind: oneOf(levels),
    env: 'LOG_LEVEL',
    flag: '--log-level',
    default: 'info',
    meaning: `least important lines to log: ${levels.map((level) => `\`${level}\``).join(', ')}`,
    example: 'debug',
  },
  'log.format': {
    kind: oneOf(['json', 'pretty']),
    env: 'LOG_FORMAT',
    default: 'pretty',
    meaning:
      'what standard error holds: `pretty` is for people, `json` one object a line; the container sets `json`',
    example: 'json',
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof settingsTable;

export type SecretName =
  | `hubspot.${'serviceKey' | 'serviceKeyNext' | 'legacyToken'}`
  | 'hashKey'
  | 'httpToken'
  | 'notify.webhook'
  | 'warehouse';

type Row<Name extends SettingName> = (typeof settingsTable)[Name];

/** The parsed value of each setting. */
export type Values = {
  readonly [Name in SettingName]: Row<Name> extends { readonly default: string | number }
    ? z.output<Row<Name>['kind']['type']>
    : z.output<Row<Name>['kind']['type']> | undefined;
};

export const settingNames = Object.keys(settingsTable) as readonly SettingName[];

/** The row without the narrow type of its literals. */
export function settingOf(name: SettingName): Setting {
  return settingsTable[name];
}

/** `rateLimit.dailyReserve` is `KEYWAY_RATE_LIMIT__DAILY_RESERVE`. */
export function envOf(name: SettingName): string {
  const given = settingOf(name).env;
  if (given !== undefined) return given;
  const path = name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).replaceAll('.', '__');
  return `KEYWAY_${path.toUpperCase()}`;
}
