import { requireKey, type Secret } from '../../config/index.ts';
import { askedSensitivities } from '../privacy.ts';
import {
  keyKind,
  keysIn,
  openHubspot,
  wrongKind,
  type Hubspot,
  type HubspotOptions,
  type KeySlot,
} from '../hubspot/index.ts';
import type { TrafficListener } from '../traffic.ts';
import type { AppParts } from './app.ts';
import { keySlots } from './key-slots.ts';

export interface SourceParts extends AppParts {
  /** Is told of every request. */
  readonly onTraffic?: TrafficListener;
}

/** Reads with the keys of the settings. Throws `key_missing` when there is none. Nothing is asked of HubSpot yet. */
export function openSource(parts: SourceParts, standing?: HubspotOptions['standing']): Hubspot {
  requireKey(parts.settings);
  return open(parts, keySlots(parts.settings), standing);
}

/** Reads with this one key, whatever else there is. */
export function openSourceOf(parts: AppParts, name: string, key: Pick<Secret, 'reveal'>): Hubspot {
  return open(parts, [{ name, key: () => key.reveal(), changes: false }]);
}

function open(
  { settings, clock, log, onTraffic }: SourceParts,
  slots: readonly KeySlot[],
  standing?: HubspotOptions['standing'],
): Hubspot {
  for (const { slot, key } of keysIn(slots)) {
    const wrong = wrongKind[keyKind(key)];
    // HubSpot may give its keys another form one day: its answer decides.
    if (wrong !== undefined)
      log.warn({ slot }, `This may not be a Service Key. ${wrong} It is tried all the same.`);
  }
  return openHubspot({
    baseUrl: settings.hubspot.baseUrl,
    slots,
    ...(standing && { standing }),
    ...(onTraffic && { onTraffic }),
    keyPatience: settings.hubspot.keyWait,
    clock,
    log,
    limits: settings.rateLimit,
    sensitivities: askedSensitivities(settings),
  });
}
