import { KeywayError } from '../errors.ts';
import type { Pace } from '../cost.ts';
import type { Sensitivity } from '../privacy.ts';
import type { Clock, Log } from '../service.ts';
import type { Source } from '../source.ts';
import { readAccount } from './account.ts';
import { callsFor } from './calls-for.ts';
import { countRecords } from './count.ts';
import { idsCreated } from './ids-created.ts';
import { readAssociationTypes } from './association-types.ts';
import { openBudget, type Budget, type Limits } from './budget.ts';
import { openClient, type Client } from './client.ts';
import { openDayCounter, type DayCounter } from './day-counter.ts';
import { openKeyGuard } from './key-guard.ts';
import { readListMembers } from './list-members.ts';
import { readLists, readListsById } from './lists.ts';
import { readHistory } from './history.ts';
import { largestHistoryBatch } from './batch-read.ts';
import { mostLinkIds, readLinks } from './links.ts';
import { readOwners } from './owners.ts';
import { probeObject } from './probe.ts';
import { readArchivedProperties, readProperties } from './properties.ts';
import { read } from './read.ts';
import { callsForSample, sampleIds, type Sample, type SampleSize } from './sample-ids.ts';
import { readSchemas } from './schemas.ts';
import { readRoles, readSettingsUsers, readTeams } from './settings.ts';
import { readScopes } from './scopes.ts';
import { readStagePipelines } from './stage-pipelines.ts';
import { readSwitchedOff } from './switched-off.ts';
import { isWithheld } from './withheld.ts';
import { openTransport, type Timeouts, type Transport } from './transport.ts';

export interface HubspotOptions {
  readonly baseUrl: string;
  /** The key as it is now: asked for before every request, so that a rotated one is picked up. */
  readonly key: () => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<Limits>;
  readonly timeouts?: Partial<Timeouts>;
  /** Another way to HubSpot than HTTP, for simulations. */
  readonly transport?: Transport;
  /** Pages that a scan fetches before they are asked for. */
  readonly fetchAhead?: number;
  /** Sensitive properties are listed of these alone. */
  readonly sensitivities?: readonly Sensitivity[];
  /** For the jitter of waits: from 0 up to 1. */
  readonly random?: () => number;
}

/** What HubSpot tells beyond what a source has to. */
export interface Hubspot extends Source {
  /** Why an object can't be read; nothing when it can. */
  probe(object: string, signal: AbortSignal): Promise<KeywayError | undefined>;
  /** The scopes that the key holds; nothing when HubSpot won't say. Asked once. */
  scopes(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Calls that `sampleIds` makes at most. */
  readonly sampleCalls: number;
  /** Ids of some records, from all over the range that there are. */
  sampleIds(object: string, size: SampleSize, signal: AbortSignal): Promise<Sample>;
}

export function openHubspot(options: HubspotOptions): Hubspot {
  const { baseUrl, key, clock, log, fetchAhead = 3, sensitivities = [], random = Math.random } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const days = openDayCounter(limits.dailyReserve, clock);
  const guard = openKeyGuard();
  const budget = openBudget(limits, clock);
  const client = openClient({
    transport:
      options.transport ?? openTransport({ baseUrl, timeouts: { ...defaultTimeouts, ...options.timeouts } }),
    budget,
    days,
    guard,
    key,
    clock,
    log,
    random,
  });
  return {
    ...asSource(client, { fetchAhead, sensitivities }),
    pace: () => paceOf(budget, days),
    async account(signal) {
      const { account, key } = await client.call(readAccount, signal);
      guard.bind(key, account.portalId);
      days.timeZone = account.timeZone;
      return account;
    },
  };
}

function paceOf(budget: Budget, days: DayCounter): Pace {
  const day = days.today();
  const perSecond = {
    burst: budget.rate('burst'),
    search: budget.rate('search'),
    associations: budget.rate('associations'),
  };
  return { perSecond, ...(day && { day }) };
}

/** Shares of what HubSpot's documentation allows an account (HubSpot docs, API usage guidelines and limits). */
const defaultLimits: Limits = {
  share: 0.85,
  searchPerSecond: 3.5,
  associationsPerSecond: 10,
  concurrency: 8,
  dailyReserve: 0.05,
};

/** HubSpot's edge gives up after 100 seconds. */
const defaultTimeouts: Timeouts = { connect: 10_000, headers: 30_000, body: 30_000, total: 110_000 };

type Means = Required<Pick<HubspotOptions, 'fetchAhead' | 'sensitivities'>>;

function asSource(client: Client, { fetchAhead, sensitivities }: Means): Omit<Hubspot, 'account' | 'pace'> {
  let scopes: ReturnType<typeof readScopes> | undefined;
  const heldScopes = (signal: AbortSignal): ReturnType<typeof readScopes> => {
    scopes ??= readScopes(client, signal);
    // A failure is no answer to keep.
    scopes.catch(() => (scopes = undefined));
    return scopes;
  };
  return {
    limits: { linkIds: mostLinkIds, historyIds: largestHistoryBatch },
    now: () => client.now() ?? neverAsked(),
    properties: (object, signal) => readProperties(client, { object, sensitivities }, signal),
    isWithheld: async (property, signal) =>
      isWithheld(client, property, { held: await heldScopes(signal), signal }),
    archivedProperties: (object, signal) => readArchivedProperties(client, { object, sensitivities }, signal),
    read: (object, properties, scan, signal) =>
      read(scan, { client, object, properties, fetchAhead, signal }),
    count: (object, created, signal) => countRecords(client, object, created, signal),
    idsCreated: (object, created, signal) => idsCreated(client, object, created, signal),
    schemas: (signal) => readSchemas(client, signal),
    switchedOff: (signal) => readSwitchedOff(client, signal),
    owners: (signal) => readOwners(client, signal),
    teams: (signal) => readTeams(client, signal),
    settingsUsers: (signal) => readSettingsUsers(client, signal),
    roles: (signal) => readRoles(client, signal),
    lists: (ids, signal) =>
      ids === undefined ? readLists(client, signal) : readListsById(client, ids, signal),
    listMembers: (list, position, signal) => readListMembers(client, { list, position, signal }),
    stagePipelines: (object, signal) => readStagePipelines(client, object, signal),
    associationTypes: (pair, signal) => readAssociationTypes(client, pair, signal),
    links: (pair, ids, signal) => readLinks(client, pair, ids, signal),
    history: (object, question, signal) => readHistory(client, object, question, signal),
    callsFor,
    usage: () => client.usage(),
    close: () => client.close(),
    probe: (object, signal) => probeObject(client, object, signal),
    scopes: heldScopes,
    sampleCalls: callsForSample,
    sampleIds: (object, size, signal) => sampleIds(client, object, size, signal),
  };
}

function neverAsked(): never {
  throw new KeywayError('internal', "HubSpot's clock was asked for before any answer of HubSpot's was seen.");
}
