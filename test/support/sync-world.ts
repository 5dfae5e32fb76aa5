import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { pipelines } from '../../pipelines/index.ts';
import { openHubspot } from '../../src/hubspot/index.ts';
import type { PipelineRun } from '../../src/run.ts';
import { openSandbox, type Sandbox, type SandboxChoice } from '../../src/sandbox/index.ts';
import { silentLog, systemClock, type Clock } from '../../src/service.ts';
import type { Source } from '../../src/source.ts';
import { runPipelines, type SyncSettings } from '../../src/sync/index.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { openPostgres } from '../../src/warehouse/postgres/index.ts';
import { differences } from './compare.ts';

/** A sandbox, a warehouse of its own, and the real loop between them. */
export interface SyncWorld {
  readonly sandbox: Sandbox;
  sync(options?: SyncOptions): Promise<readonly PipelineRun[]>;
  readonly schema: string;
  /** What the warehouse has wrong; see `compare.ts`. */
  differences(): Promise<readonly string[]>;
  readonly client: pg.Client;
  close(): Promise<void>;
}

export interface SyncOptions extends Partial<SyncSettings> {
  readonly only?: readonly string[];
  readonly signal?: AbortSignal;
  /** Instead of the sandbox's own address. */
  readonly baseUrl?: string;
  /** Where a test plants its bugs. */
  readonly around?: {
    readonly source?: (source: Source) => Source;
    readonly warehouse?: (warehouse: Warehouse, source: Source) => Warehouse;
  };
}

/** Limits that a test never waits for; the sandbox's own are as high. */
export const unlimited = { burst: 1e6, search: 1e6, associations: 1e6, daily: 1e9 };

export async function openSyncWorld(url: string, choice: SandboxChoice): Promise<SyncWorld> {
  const sandbox = openSandbox({ limits: unlimited, gzip: false, ...choice });
  await sandbox.start();
  const schema = `w_${randomUUID().slice(0, 8)}`;
  const place = { url, schema, stateSchema: `${schema}_keyway` };
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("set timezone = 'UTC'");
  return {
    sandbox,
    client,
    schema,
    sync: (options = {}) => syncOnce(sandbox, place, options),
    differences: () => differences(client, sandbox, { schema }),
    async close() {
      await client.query(`drop schema if exists "${schema}" cascade`);
      await client.query(`drop schema if exists "${schema}_keyway" cascade`);
      await client.end();
      await sandbox.stop();
    },
  };
}

interface Place {
  readonly url: string;
  readonly schema: string;
  readonly stateSchema: string;
}

async function syncOnce(
  sandbox: Sandbox,
  place: Place,
  options: SyncOptions,
): Promise<readonly PipelineRun[]> {
  const { only, around, baseUrl = sandbox.url, signal = new AbortController().signal, ...settings } = options;
  const log = silentLog;
  const hubspot = openHubspot({
    baseUrl,
    key: () => sandbox.key,
    clock: hastyClock,
    log,
    limits: { searchPerSecond: 1e5, associationsPerSecond: 1e5 },
  });
  const source = around?.source?.(hubspot) ?? hubspot;
  const postgres = await openPostgres({ ...place, applicationName: 'keyway-test', clock: systemClock, log });
  const warehouse = around?.warehouse?.(postgres, source) ?? postgres;
  try {
    const account = await source.account(signal);
    await warehouse.migrate();
    const runId = randomUUID();
    await warehouse.useKey({ portalId: account.portalId, fingerprint: 'test' });
    const run = {
      id: runId,
      command: 'test',
      version: '0',
      portalId: account.portalId,
      keyFingerprint: 'test',
    };
    await warehouse.startRun({ ...run, startedAt: Date.now(), outcome: 'running' });
    return await runPipelines(
      pipelines.filter(({ name }) => only?.includes(name) ?? true),
      {
        source,
        warehouse,
        clock: systemClock,
        log,
        signal,
        runId,
        settings: { ...defaults, ...settings },
        objects: pipelines.filter((pipeline) => pipeline.kind === 'object'),
        onProgress: () => undefined,
      },
    );
  } finally {
    await hubspot.close();
    await postgres.close();
  }
}

/** Waits between retries are real in what they order, and not in how long they take. */
const hastyClock: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 2), signal),
};

const defaults: SyncSettings = {
  lag: 60_000,
  overlap: 900_000,
  settleAfter: 3_600_000,
  archivedEvery: 0,
  sweepEvery: 72_000_000,
  reconcileEvery: 72_000_000,
  linksEvery: 604_800_000,
  linkCalls: 500,
  concurrency: 4,
  fullRefresh: false,
  acceptDeletions: false,
};
