import { KeywayError } from '../errors.ts';
import type { DayOfCalls, Pace } from '../cost.ts';
import type { Sensitivity } from '../privacy.ts';
import type { Clock, Log } from '../service.ts';
import type { Account, Instant, Source } from '../source.ts';
import type { TrafficListener } from '../traffic.ts';
import { readAccount } from './account.ts';
import { callsFor } from './calls-for.ts';
import { countRecords } from './count.ts';
import { idsCreated } from './ids-created.ts';
import { readAssociationTypes } from './association-types.ts';
import { openBudget, type Budget, type Limits } from './budget.ts';
import { openClient, type Client } from './client.ts';
import { readDayUsage } from './day-usage.ts';
import { openDayCounter, type DayCounter } from './day-counter.ts';
import { openHeldScopes } from './held-scopes.ts';
import type { KeyDemands, KeyNeed } from './key-demands.ts';
import type { KeyStanding } from './key-ring.ts';
import type { KeySlot } from './key-slots.ts';
import { readListMembers } from './list-members.ts';
import { readLists, readListsById } from './lists.ts';
import { readHistory } from './history.ts';
import { largestHistoryBatch } from './batch-read.ts';
import { mostLinkIds, readLinks } from './links.ts';
import { readOwners } from './owners.ts';
import { documentedSizes, type PageSizes } from './page-sizes.ts';
import { probeObject } from './probe.ts';
import { readArchivedProperties, readProperties } from './properties.ts';
import { read } from './read.ts';
import { callsForSample, sampleIds, type Sample, type SampleSize } from './sample-ids.ts';
import { readSchemas } from './schemas.ts';
import { readRoles, readSettingsUsers, readTeams } from './settings.ts';
import { readStagePipelines } from './stage-pipelines.ts';
import { readSwitchedOff } from './switched-off.ts';
import { isWithheld } from './withheld.ts';
import { usedKeys, type UsedKey } from './used-keys.ts';
import { unmetNeeds } from './unmet-needs.ts';
import { untilAborted } from './until-aborted.ts';
import { openTransport, type Timeouts, type Transport } from './transport.ts';

export interface HubspotOptions {
  readonly baseUrl: string;
  /** Where keys stand, the one that goes before the others first. They are looked at again and again. */
  readonly slots: readonly KeySlot[];
  /** What earlier runs know of a key; without it, all are new. */
  readonly standing?: (key: string) => KeyStanding;
  /** Milliseconds that a run which has lost its key waits for another one to come into a file; none by default. */
  readonly keyPatience?: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<Limits>;
  readonly timeouts?: Partial<Timeouts>;
  /** Less at once than HubSpot gives, for simulations. */
  readonly sizes?: PageSizes;
  /** Another way to HubSpot than HTTP, for simulations. */
  readonly transport?: Transport;
  /** Pages that a scan fetches before they are asked for. */
  readonly fetchAhead?: number;
  /** Sensitive properties are listed of these alone. */
  readonly sensitivities?: readonly Sensitivity[];
  /** Is told of every request. */
  readonly onTraffic?: TrafficListener;
  /** For the jitter of waits: from 0 up to 1. */
  readonly random?: () => number;
}

/** What HubSpot tells beyond what a source has to. */
export interface Hubspot extends Source {
  /** Why an object can't be read; nothing when it can. */
  probe(object: string, signal: AbortSignal): Promise<KeywayError | undefined>;
  /** A run begins: its calls are counted from zero, and its key's scopes asked for anew. */
  begin(): void;
  /** When the account's calls of the day are back, on our clock; nothing while there are some. */
  usedUpUntil(kept?: number): Instant | undefined;
  /** The scopes that the key holds; nothing when HubSpot won't say. Asked once in a run. */
  scopes(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Calls that `sampleIds` makes at most. */
  readonly sampleCalls: number;
  /** Ids of some records, from all over the range that there are. */
  sampleIds(object: string, size: SampleSize, signal: AbortSignal): Promise<Sample>;
  /** What HubSpot has counted of the account's day, where it says. From then on it is minded, unless answers tell better. */
  day(signal: AbortSignal): Promise<DayOfCalls | undefined>;
  /** Which of these the key in use cannot read. */
  unmet(needs: readonly KeyNeed[], signal: AbortSignal): Promise<readonly KeyNeed[]>;
  /** From now on only keys of this account that may read what is needed. Throws `account_mismatch` or `key_refused`. */
  demand(demands: KeyDemands, signal: AbortSignal): Promise<Account>;
  /** What another key has to be able to read, too, before it takes over. */
  require(needs: readonly KeyNeed[]): void;
  /** Calls this one listener whenever another key has come into use. */
  onTakeOver(listener: () => void): void;
  /** All keys that stand in a slot, and those that something was asked with. */
  keys(): readonly UsedKey[];
}

export function openHubspot(options: HubspotOptions): Hubspot {
  const { baseUrl, slots, clock, log, fetchAhead = 3, sensitivities = [], random = Math.random } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const days = openDayCounter(limits.dailyReserve, clock);
  const budget = openBudget(limits, clock);
  const client = openClient({
    transport:
      options.transport ?? openTransport({ baseUrl, timeouts: { ...defaultTimeouts, ...options.timeouts } }),
    budget,
    days,
    slots,
    standing: options.standing ?? (() => 'new'),
    patience: options.keyPatience ?? 0,
    clock,
    log,
    random,
    sizes: options.sizes ?? documentedSizes,
    onTraffic: options.onTraffic ?? (() => undefined),
  });
  const readingOf = async (signal: AbortSignal): Promise<Account> => {
    const { account, key } = await client.call(readAccount, signal);
    client.keys.learn(key, { account });
    return account;
  };
  const known = (account: Account): Account => {
    days.timeZone = account.timeZone;
    return account;
  };
  return {
    ...asSource(client, { fetchAhead, sensitivities }),
    pace: () => paceOf(budget, days),
    usedUpUntil: (kept) => days.usedUpUntil(kept),
    account: async (signal) => known(await readingOf(signal)),
    async demand(demands, signal) {
      const { account } = await untilAborted(client.keys.demand(demands), signal);
      return known(account ?? (await readingOf(signal)));
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

type Wired = 'account' | 'demand' | 'pace' | 'usedUpUntil';

function asSource(client: Client, { fetchAhead, sensitivities }: Means): Omit<Hubspot, Wired> {
  const heldScopes = openHeldScopes(client);
  return {
    limits: { linkIds: mostLinkIds, historyIds: largestHistoryBatch },
    now: () => client.now() ?? neverAsked(),
    properties: (object, signal) => readProperties(client, { object, sensitivities }, signal),
    isWithheld: async (property, signal, anew) =>
      isWithheld(client, property, { held: await heldScopes(signal, anew), signal }),
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
    scopes: (signal) => heldScopes(signal),
    begin() {
      client.keys.begin();
      client.countAnew();
      heldScopes.forget();
    },
    sampleCalls: callsForSample,
    sampleIds: (object, size, signal) => sampleIds(client, object, size, signal),
    day: (signal) => readDayUsage(client, signal),
    unmet: async (needs, signal) =>
      unmetNeeds((request) => client.call(request, signal), { needs, scopes: await heldScopes(signal) }),
    require: (needs) => client.keys.require(needs),
    onTakeOver: (listener) => client.keys.onTakeOver(listener),
    keys: () => usedKeys(client),
  };
}

function neverAsked(): never {
  throw new KeywayError('internal', "HubSpot's clock was asked for before any answer of HubSpot's was seen.");
}
