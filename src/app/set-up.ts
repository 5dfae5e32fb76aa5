import { defaultFile, namedFile, readSettings, type Environment, type Settings } from '../../config/index.ts';
import { keyKind, wrongKind } from '../hubspot/index.ts';
import { fitsHeader, pastedKey } from '../pasted-key.ts';
import { knownNames, selectPipelines } from './select-pipelines.ts';

/** What somebody who sets Keyway up has decided. */
export interface SetUp {
  /** As it was pasted; absent: the one that the environment or `.env` holds. */
  readonly key?: string;
  /** Absent: all that the key may read. */
  readonly pipelines?: readonly string[];
  /** Absent: the one that the environment or `.env` names, or else the embedded one. */
  readonly warehouse?: WarehouseChoice;
}

type WarehouseChoice =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'url'; readonly url: string }
  /** The file holds the URL. */
  | { readonly kind: 'file'; readonly file: string };

/**
 * The settings that this set-up would lead to; a YAML file that there is already is passed over. Throws `config_invalid` and
 * `unknown_pipeline`.
 */
export function settingsOf(setUp: SetUp, env: Environment): Settings {
  const given = { ...env, ...keyOf(setUp), ...warehouseOf(setUp) };
  const settings = readSettings({ env: given, known: knownNames, withoutFile: true });
  selectPipelines(settings, setUp.pipelines ?? []);
  const isEmbedded = setUp.warehouse?.kind === 'embedded';
  return {
    ...settings,
    pipelines: setUp.pipelines,
    // The key that was pasted is to be tried, and no other.
    ...(setUp.key !== undefined && { hubspot: { ...settings.hubspot, nextKey: undefined } }),
    ...(isEmbedded && { warehouse: undefined }),
  };
}

function keyOf({ key }: SetUp): Environment {
  return key === undefined ? {} : { HUBSPOT_SERVICE_KEY: key, HUBSPOT_SERVICE_KEY_FILE: '' };
}

function warehouseOf({ warehouse }: SetUp): Environment {
  switch (warehouse?.kind) {
    case 'url':
      return { KEYWAY_WAREHOUSE: warehouse.url, KEYWAY_WAREHOUSE_FILE: '' };
    case 'file':
      return { KEYWAY_WAREHOUSE: '', KEYWAY_WAREHOUSE_FILE: warehouse.file };
    case 'embedded':
    case undefined:
      return {};
  }
}

/** The settings file that is written: the flag's, the environment's or the usual one. */
export function settingsFile(flag: string | undefined, env: Environment): string {
  return flag ?? namedFile(env) ?? defaultFile;
}

/** Whether another key goes before the one that has been written to `.env`. */
export function isOvershadowed({ key }: SetUp, env: Environment): boolean {
  return key !== undefined && !settingsOf({}, env).sources['hubspot.serviceKey'].startsWith('.env');
}

/** Why this cannot be a key at all; never with the value. */
export function notAKey(text: string): string | undefined {
  const key = pastedKey(text);
  if (key === '') return 'Paste the Service Key, then press Enter.';
  return fitsHeader(key)
    ? undefined
    : 'No key has a space or such a character in it. Copy it again from HubSpot.';
}

/** What speaks against its being a Service Key. HubSpot's answer decides. */
export function keyDoubt(text: string): string | undefined {
  return wrongKind[keyKind(pastedKey(text))];
}
