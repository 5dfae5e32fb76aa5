import { KeywayError } from '../src/errors.ts';
import { serviceKeyPlaces } from '../src/service-key.ts';
import type { Secret } from './secret.ts';
import type { Settings } from './settings.ts';
import { envOf } from './table.ts';

/** The key, or that of the second slot, or the error that tells how to get one. */
export function requireKey({ hubspot }: Settings): Secret {
  const found = [hubspot.key, hubspot.nextKey].find((key) => (key?.reveal() ?? '') !== '');
  if (found !== undefined) return found;
  const variable = envOf('hubspot.serviceKey');
  const files = [hubspot.key?.file, hubspot.nextKey?.file].filter((file) => file !== undefined);
  const without = files.length === 0 ? '' : ` (none is in ${files.join(' or ')})`;
  throw new KeywayError(
    'key_missing',
    `No HubSpot Service Key${without}: create one in HubSpot under ${serviceKeyPlaces}, ` +
      `then set ${variable}, or ${variable}_FILE to a file that holds it.`,
  );
}

/** The legacy token, or the error that tells where it is. */
export function requireLegacyToken(settings: Settings): Secret {
  if (settings.hubspot.legacyToken !== undefined) return settings.hubspot.legacyToken;
  const variable = envOf('hubspot.legacyToken');
  throw new KeywayError(
    'key_missing',
    `No legacy token: copy the access token of the private app from HubSpot (Development → Legacy apps, or Settings → Integrations → Private Apps), ` +
      `then set ${variable}, or ${variable}_FILE to a file that holds it.`,
  );
}
