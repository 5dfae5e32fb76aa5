import { requireKey, requireLegacyToken, type Secret } from '../../config/index.ts';
import { compareScopes, ofBoth, type Both, type Pair, type ScopeComparison } from '../compare/index.ts';
import { KeywayError } from '../errors.ts';
import { cleanKey, type Hubspot } from '../hubspot/index.ts';
import type { Account } from '../source.ts';
import type { AppParts } from './app.ts';
import { openSource } from './open-source.ts';
import { selectPipelines } from './select-pipelines.ts';

export interface KeyComparisonRequest {
  /** Pipelines; empty: all of the settings. */
  readonly pipelines: readonly string[];
}

export interface KeyComparison {
  readonly verdict: 'same' | 'different';
  /** Of both keys. */
  readonly account: Account;
  readonly scopes: ScopeComparison;
  readonly calls: Pair<number>;
}

/**
 * The same reads with the legacy token and with the Service Key, side by side. Writes nothing, and needs no warehouse. Throws
 * `key_missing`; `key_refused`, which names the key; and `account_mismatch`, which names both accounts.
 */
export async function compareKeys(parts: AppParts, request: KeyComparisonRequest): Promise<KeyComparison> {
  // Before the first request, so that a wrong name costs none.
  const selection = selectPipelines(parts.settings, request.pipelines);
  const keys = requireBoth(parts);
  const sources = {
    legacy: openSource(sharing(parts), keys.legacy),
    key: openSource(sharing(parts), keys.key),
  };
  try {
    const both: Both = { sources, clock: parts.clock, signal: parts.signal };
    const account = await sameAccount(both);
    const held = await ofBoth(both, (source) => source.scopes(parts.signal));
    const needs = selection.pipelines.flatMap((pipeline) => ('scopes' in pipeline ? [pipeline.scopes] : []));
    const scopes = compareScopes(held, needs);
    return {
      verdict: scopes.toTick.length > 0 ? 'different' : 'same',
      account,
      scopes,
      calls: { legacy: callsOf(sources.legacy), key: callsOf(sources.key) },
    };
  } finally {
    await Promise.all([sources.legacy.close(), sources.key.close()]);
  }
}

function requireBoth({ settings }: AppParts): Pair<Secret> {
  const keys = { legacy: requireLegacyToken(settings), key: requireKey(settings) };
  if (cleanKey(keys.legacy.reveal()) !== cleanKey(keys.key.reveal())) return keys;
  throw new KeywayError(
    'config_invalid',
    'HUBSPOT_LEGACY_TOKEN and HUBSPOT_SERVICE_KEY hold the same value, so that there is nothing to compare. Put the token of the legacy private app into the one, and the Service Key into the other.',
  );
}

/** These limits belong to the account, not to the key: each takes half of Keyway's part. */
function sharing(parts: AppParts): AppParts {
  const { settings } = parts;
  const { searchPerSecond, associationsPerSecond } = settings.rateLimit;
  const halved = {
    searchPerSecond: searchPerSecond / 2,
    associationsPerSecond: associationsPerSecond / 2,
  };
  return { ...parts, settings: { ...settings, rateLimit: { ...settings.rateLimit, ...halved } } };
}

async function sameAccount(both: Both): Promise<Account> {
  const { legacy, key } = await ofBoth(both, (source) => source.account(both.signal));
  if (legacy.portalId === key.portalId) return key;
  throw new KeywayError(
    'account_mismatch',
    `The legacy token belongs to HubSpot account ${legacy.portalId}, but the Service Key to account ${key.portalId}. ` +
      `Create the Service Key in account ${legacy.portalId}, or take the token of a private app of account ${key.portalId}.`,
    { details: { legacy: legacy.portalId, key: key.portalId } },
  );
}

function callsOf(source: Hubspot): number {
  return source.usage().reduce((sum, { calls }) => sum + calls, 0);
}
