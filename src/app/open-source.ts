import { requireKey } from '../../config/index.ts';
import { askedSensitivities } from '../privacy.ts';
import { openHubspot, type Hubspot } from '../hubspot/index.ts';
import type { AppParts } from './app.ts';

/** Throws `key_missing` when no key is set. Nothing is asked of HubSpot yet. */
export function openSource({ settings, clock, log }: AppParts): Hubspot {
  const key = requireKey(settings);
  return openHubspot({
    baseUrl: settings.hubspot.baseUrl,
    key: () => key.reveal(),
    clock,
    log,
    limits: settings.rateLimit,
    sensitivities: askedSensitivities(settings),
  });
}
