import { requireKey, requireLegacyToken, type Secret } from '../../config/index.ts';
import {
  compareReads,
  ofBoth,
  plannedCalls,
  type Both,
  type Comparison,
  type Pair,
  type PlannedCalls,
} from '../compare/index.ts';
import { KeywayError } from '../errors.ts';
import { cleanKey, type Hubspot } from '../hubspot/index.ts';
import { askedSensitivities } from '../privacy.ts';
import type { Account } from '../source.ts';
import { accountObjects } from './account-objects.ts';
import type { AppParts } from './app.ts';
import { compareScopes, type ScopeComparison } from './compare-scopes.ts';
import { limitsOf } from './open-warehouse.ts';
import { nextSteps } from './next-steps.ts';
import { openSourceOf } from './open-source.ts';
import { privacyOf } from './privacy-of.ts';
import { scopeNeeds } from './scope-needs.ts';
import { selectPipelines, type AccountObjects, type Selection } from './select-pipelines.ts';

export interface KeyComparisonRequest {
  /** Pipelines; empty: all of the settings. */
  readonly pipelines: readonly string[];
  /** Living records of each object that are compared value by value; of archived ones, a quarter as many. */
  readonly sample: number;
  /** Before the reads that compare. */
  readonly onPlanned?: (calls: PlannedCalls) => void;
  readonly onCompared?: (comparison: Comparison) => void;
}

export interface KeyComparison {
  /** `not comparable`: nothing could be compared, or HubSpot failed at something. */
  readonly verdict: Comparison['verdict'];
  /** Of both keys. */
  readonly account: Account;
  readonly scopes: ScopeComparison;
  readonly comparisons: readonly Comparison[];
  /** What to do now, for people. */
  readonly next: readonly string[];
  readonly calls: Pair<number> & { readonly planned: PlannedCalls };
}

/**
 * The same reads with the legacy token and with the Service Key, side by side. Writes nothing, and needs no warehouse. Throws
 * `key_missing`; `key_refused`, which says of which key; `account_mismatch`, which names both accounts; and `daily_limit`.
 */
export async function compareKeys(parts: AppParts, request: KeyComparisonRequest): Promise<KeyComparison> {
  // Before the first request, so that a wrong name costs none.
  const { objects } = selectPipelines(parts.settings, request.pipelines);
  const privacy = privacyOf(parts.settings, objects);
  const keys = requireBoth(parts);
  const sources = {
    legacy: openSourceOf(sharing(parts), 'HUBSPOT_LEGACY_TOKEN', keys.legacy),
    key: openSourceOf(sharing(parts), 'HUBSPOT_SERVICE_KEY', keys.key),
  };
  try {
    const both: Both = { sources, clock: parts.clock, signal: parts.signal };
    const account = await sameAccount(both);
    const held = await ofBoth(both, (source) => source.scopes(parts.signal));
    const selection = selectPipelines(
      parts.settings,
      request.pipelines,
      await objectsOfBoth(parts, sources, request.pipelines),
    );
    const planned = planOf(parts, { selection, request, sampleCalls: sources.key.sampleCalls });
    request.onPlanned?.(planned);
    const comparisons = await compareReads(both, { ...request, ...selection, privacy, held });
    const scopes = compareScopes(held, needsOf(parts, selection));
    const verdict = verdictOf(comparisons);
    return {
      verdict,
      account,
      scopes,
      comparisons,
      next: nextSteps(verdict, comparisons, scopes),
      calls: { legacy: callsOf(sources.legacy), key: callsOf(sources.key), planned },
    };
  } finally {
    await Promise.all([sources.legacy.close(), sources.key.close()]);
  }
}

/** Custom objects that either key is told of. */
async function objectsOfBoth(
  parts: AppParts,
  sources: Pair<Hubspot>,
  requested: readonly string[],
): Promise<AccountObjects> {
  const limits = await limitsOf(parts);
  const asked = { ...parts, limits, requested, synced: [] };
  const { legacy, key } = await ofBoth({ sources }, (_source, side) =>
    accountObjects({ ...asked, source: sources[side] }),
  );
  const custom = new Map([...key.custom, ...legacy.custom].map((object) => [object.name, object]));
  return { ...key, custom: [...custom.values()] };
}

interface Planning {
  readonly selection: Selection;
  readonly request: KeyComparisonRequest;
  readonly sampleCalls: number;
}

function planOf({ settings }: AppParts, { selection, request, sampleCalls }: Planning): PlannedCalls {
  const sensitivities = askedSensitivities(settings).length;
  const { ifSame, ifDifferent } = plannedCalls({
    ...selection,
    sample: request.sample,
    sampleCalls,
    sensitivities,
  });
  return { ifSame: toBegin + ifSame, ifDifferent: toBegin + ifDifferent };
}

/** Account, scopes, what is switched off, and custom objects, of which the archived ones are listed apart. */
const toBegin = 5;

function needsOf({ settings }: AppParts, selection: Selection): Parameters<typeof compareScopes>[1] {
  const asked = scopeNeeds(selection, settings);
  const whole = { ...selection, pipelines: selectPipelines(settings, []).pipelines };
  return { asked, needs: [...asked, ...scopeNeeds(whole, settings)] };
}

function verdictOf(comparisons: readonly Comparison[]): KeyComparison['verdict'] {
  if (comparisons.some(({ verdict }) => verdict === 'different')) return 'different';
  const isWhole = comparisons.every(({ remarks }) => remarks.every(({ about }) => about !== 'failure'));
  return isWhole && comparisons.some(({ verdict }) => verdict === 'same') ? 'same' : 'not comparable';
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
