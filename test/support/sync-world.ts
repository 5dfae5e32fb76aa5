import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { nearest } from '../../config/index.ts';
import { pipelines } from '../../pipelines/index.ts';
import { openHubspot, type HubspotOptions } from '../../src/hubspot/index.ts';
import { backfillName, type BackfillRequest } from '../../src/backfill.ts';
import type { BackfillCheckpoint } from '../../src/checkpoint.ts';
import type { ObjectPipeline } from '../../src/pipeline.ts';
import type { PipelineRun, Reconciliation, Run } from '../../src/run.ts';
import { openSandbox, type Sandbox, type SandboxChoice } from '../../src/sandbox/index.ts';
import { askedSensitivities, noRules, type Privacy } from '../../src/privacy.ts';
import { silentLog, systemClock, type Clock, type Log } from '../../src/service.ts';
import type { Source } from '../../src/source.ts';
import {
  backfillObject,
  type BackfillOptions,
  reconcileObject,
  runPipelines,
  type SyncSettings,
} from '../../src/sync/index.ts';
import { keyedHash } from '../../src/transform/index.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { remember } from './canary/index.ts';
import { differences, type CompareOptions } from './compare.ts';
import type { Tracked } from './compare-history.ts';
import type { TestRules } from './expected-treatment.ts';
import type { Engine } from './engine.ts';
import { postgresEngine } from './postgres-engine.ts';
import type { Tables } from './tables.ts';

/** A sandbox, a warehouse, and the real loop and the real client between them. */
export interface World {
  readonly sandbox: Sandbox;
  readonly engine: Engine;
  readonly tables: Tables;
  sync(options?: SyncOptions): Promise<readonly PipelineRun[]>;
  reconcile(options?: ReconcileOptions): Promise<readonly Reconciliation[]>;
  /** As one process goes on with it; see `BackfillChoice`. */
  backfill(request?: BackfillRequest, options?: BackfillChoice): Promise<Backfilled>;
  /** What the warehouse has wrong; see `compare.ts`. */
  differences(
    objects?: readonly string[],
    options?: Omit<CompareOptions, 'objects'>,
  ): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A world whose warehouse is a real Postgres. */
export interface SyncWorld extends World {
  readonly client: pg.Client;
  readonly schema: string;
}

/** How a process gets to the sandbox, and what time it is there. */
export type Means = Pick<HubspotOptions, 'clock' | 'transport' | 'random'>;

export interface SyncOptions extends Partial<Omit<SyncSettings, 'privacy'>> {
  /** The privacy rules. */
  readonly rules?: TestRules | undefined;
  /** Properties whose history is kept, by object; of others, the usual ones. */
  readonly history?: Tracked;
  readonly only?: readonly string[];
  /** What the installation syncs, by name; the usual four unless told. */
  readonly objects?: readonly string[];
  /** Objects that no pipeline of Keyway's is about. */
  readonly also?: readonly ObjectPipeline[];
  readonly signal?: AbortSignal;
  /** Instead of the sandbox's own address. */
  readonly baseUrl?: string;
  readonly log?: Log;
  /** Instead of HTTP and the machine's clock. */
  readonly means?: Means;
  /** Where a test plants its bugs. */
  readonly around?: Around;
}

export interface Around {
  readonly source?: (source: Source) => Source;
  readonly warehouse?: (warehouse: Warehouse, source: Source) => Warehouse;
}

interface BackfillChoice extends SyncOptions {
  /** After so many steps the rest is left for later. */
  readonly steps?: number;
  readonly stepSize?: number;
}

interface Backfilled {
  readonly runs: readonly PipelineRun[];
  /** The last step of each object. */
  readonly states: ReadonlyMap<string, BackfillCheckpoint>;
}

interface ReconcileOptions extends SyncOptions {
  readonly checkOnly?: boolean;
  readonly deep?: boolean;
}

/** Limits that a test never waits for; the sandbox's own are as high. */
export const unlimited = { burst: 1e6, search: 1e6, associations: 1e6, daily: 1e9 };

export async function openSyncWorld(url: string, choice: SandboxChoice): Promise<SyncWorld> {
  const engine = await postgresEngine(url);
  return { ...(await openWorld(engine, choice)), client: engine.client, schema: engine.schema };
}

export async function openWorld(engine: Engine, choice: SandboxChoice): Promise<World> {
  const sandbox = openSandbox({ limits: unlimited, gzip: false, ...choice });
  remember(sandbox.key);
  if (!engine.inProcess) await sandbox.start();
  return {
    sandbox,
    engine,
    tables: engine.tables,
    sync: (options = {}) => syncInto(engine, sandbox, options),
    async reconcile({ checkOnly = false, deep = false, ...options } = {}) {
      const reconciliations: Reconciliation[] = [];
      const only = options.objects ?? usualObjects;
      await inRun({ sandbox, engine }, { only, ...options }, (each, context) =>
        runPipelines<ObjectPipeline>(
          each.filter((pipeline) => pipeline.kind === 'object'),
          context,
          (pipeline, within) =>
            reconcileObject(pipeline, within, {
              repair: !checkOnly,
              deep,
              onReconciled: (reconciliation) => reconciliations.push(reconciliation),
            }),
        ),
      );
      return reconciliations;
    },
    backfill: (request = {}, options = {}) => backfillInto({ sandbox, engine }, request, options),
    differences: (objects, options) =>
      differences(engine.tables, sandbox, { ...options, ...(objects && { objects }) }),
    async close() {
      await engine.close();
      await sandbox.stop();
    },
  };
}

/** One sync of an account into another warehouse. */
export function syncInto(
  engine: Engine,
  sandbox: Sandbox,
  options: SyncOptions,
): Promise<readonly PipelineRun[]> {
  return inRun({ sandbox, engine }, options, runPipelines);
}

async function backfillInto(
  world: Pick<World, 'sandbox' | 'engine'>,
  request: BackfillRequest,
  { steps = Number.POSITIVE_INFINITY, stepSize = 1000, ...options }: BackfillChoice,
): Promise<Backfilled> {
  const states = new Map<string, BackfillCheckpoint>();
  const hanging = hangingOn(options.history);
  const runs = await inRun(world, { only: options.objects ?? usualObjects, ...options }, (each, context) =>
    runPipelines<ObjectPipeline>(
      each.filter((pipeline) => pipeline.kind === 'object'),
      context,
      (pipeline, within) => {
        let left = steps;
        const onStep = (state: BackfillCheckpoint): boolean => {
          states.set(pipeline.name, state);
          return --left > 0;
        };
        return backfillObject(pipeline, within, { request, onStep, stepSize, ...hanging });
      },
      ({ name }) => backfillName(name, request),
    ),
  );
  return { runs, states };
}

function hangingOn(named: Tracked = {}): Hanging {
  const associations = pipelines.find((pipeline) => pipeline.kind === 'associations');
  const history = pipelines.find((pipeline) => pipeline.kind === 'history');
  return { ...(associations && { associations }), ...(history && { history: { ...history, named } }) };
}

type Hanging = Pick<BackfillOptions, 'associations' | 'history'>;

/** Enough for most tests, and quick. */
export const usualObjects: readonly string[] = ['contacts', 'companies', 'deals', 'tickets'];

type Work = (
  selected: typeof pipelines,
  context: Parameters<typeof runPipelines>[1],
) => Promise<readonly PipelineRun[]>;

/** A process of its own: what it opens, it closes. */
async function inRun(
  { sandbox, engine }: Pick<World, 'sandbox' | 'engine'>,
  options: SyncOptions,
  work: Work,
): Promise<readonly PipelineRun[]> {
  const { only, objects = usualObjects, also = [], around, means, log = silentLog, ...given } = options;
  const { history: named = {}, ...rest } = given;
  const own = pipelines
    .filter(({ kind, name }) => kind !== 'object' || objects.includes(name))
    .map((each) => (each.kind === 'history' ? { ...each, named } : each));
  const all = [...own, ...also];
  const { signal = new AbortController().signal, baseUrl, rules, ...settings } = rest;
  const privacy = privacyOf(rules);
  const hubspot = openHubspot({
    baseUrl: means === undefined ? (baseUrl ?? sandbox.url) : '',
    slots: [{ name: 'HUBSPOT_SERVICE_KEY', key: () => sandbox.key, changes: false }],
    log,
    limits: { searchPerSecond: 1e5, associationsPerSecond: 1e5 },
    ...sizesFor(sandbox),
    sensitivities: askedSensitivities(privacy),
    ...(means ?? { clock: hastyClock }),
  });
  const clock = means?.clock ?? systemClock;
  const opened = await engine.open();
  const source = around?.source?.(hubspot) ?? hubspot;
  const warehouse = around?.warehouse?.(opened, source) ?? opened;
  try {
    const account = await source.account(signal);
    await warehouse.migrate();
    await warehouse.useKey({ portalId: account.portalId, ...testKey });
    const run: Run = { ...blank, id: randomUUID(), portalId: account.portalId, startedAt: clock.now() };
    await warehouse.startRun(run);
    const runs = await work(
      all.filter(({ name }) => only?.includes(name) ?? true),
      {
        source,
        warehouse,
        clock,
        log,
        signal,
        runId: run.id,
        settings: { ...defaults, ...settings, privacy },
        objects: all.filter((pipeline) => pipeline.kind === 'object'),
        onProgress: () => undefined,
      },
    );
    const usage = hubspot
      .keys()
      .flatMap((key) => key.calls.map((each) => ({ ...each, keyFingerprint: key.fingerprint('test') })));
    await warehouse.finishRun({ ...run, finishedAt: clock.now(), outcome: 'complete' }, usage);
    return runs;
  } finally {
    await hubspot.close();
    await opened.close();
  }
}

/** Where the account gives less at once than HubSpot does, so that a small one has many pages. */
function sizesFor({ options }: Sandbox): Pick<HubspotOptions, 'sizes'> {
  const { searchPage, searchCap, reorderDistance } = options;
  if (searchPage === 200) return {};
  const size = Math.min(100, searchPage);
  const sizes = { list: size, batch: size, search: searchPage, query: searchCap, overlap: reorderDistance };
  return { sizes };
}

const testKey = { fingerprint: 'test', slot: 'HUBSPOT_SERVICE_KEY', passedOver: [] };

const blank = {
  command: 'test',
  version: '0',
  keyFingerprint: 'test',
  outcome: 'running',
} as const;

/** Waits between retries are real in what they order, and not in how long they take. */
const hastyClock: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 1), signal),
};

function privacyOf({ properties = {}, sensitivity = {}, key }: TestRules = {}): Privacy {
  return {
    properties,
    sensitivity: { ...noRules.sensitivity, ...sensitivity },
    ...(key !== undefined && { hash: keyedHash(key) }),
    nearest,
  };
}

const defaults: Omit<SyncSettings, 'privacy'> = {
  lag: 60_000,
  overlap: 900_000,
  settleAfter: 3_600_000,
  archivedEvery: 72_000_000,
  listUpTo: 0,
  sweepEvery: 72_000_000,
  reconcileEvery: 72_000_000,
  linksEvery: 604_800_000,
  linkCalls: 500,
  listsEvery: 604_800_000,
  listCalls: 1000,
  concurrency: 4,
  fullRefresh: false,
  acceptDeletions: false,
};
