import { requireKey, type Secret } from '../../config/index.ts';
import { askedSensitivities } from '../privacy.ts';
import { cleanKey, keyKind, openHubspot, wrongKind, type Hubspot } from '../hubspot/index.ts';
import type { AppParts } from './app.ts';

/** Reads with the key of the settings, or with another. Throws `key_missing` when none is set. Nothing is asked of HubSpot yet. */
export function openSource(
  { settings, clock, log }: AppParts,
  key: Pick<Secret, 'reveal'> = requireKey(settings),
): Hubspot {
  const wrong = wrongKind[keyKind(cleanKey(key.reveal()))];
  // HubSpot may give its keys another form one day: its answer decides.
  if (wrong !== undefined) log.warn({}, `This may not be a Service Key. ${wrong} It is tried all the same.`);
  return openHubspot({
    baseUrl: settings.hubspot.baseUrl,
    key: () => key.reveal(),
    clock,
    log,
    limits: settings.rateLimit,
    sensitivities: askedSensitivities(settings),
  });
}
