import { readSettings as read, type Settings } from '../../config/index.ts';
import { openEmbedded, removeEmbedded } from '../embedded/index.ts';
import type { Progress } from '../run.ts';
import { openSandbox, type Sandbox } from '../sandbox/index.ts';
import { silentLog, systemClock, type Log } from '../service.ts';
import { queryPostgres, type QueryAnswer } from '../warehouse/postgres/index.ts';
import { openApp } from './app.ts';
import { compareWithSandbox, type Comparison } from './demo-comparison.ts';
import {
  arrivedTables,
  dealsWithNames,
  fatesOf,
  stagesOf,
  type ArrivedTable,
  type Fate,
} from './demo-queries.ts';
import { someMinutes, workday, type Workday } from './demo-workday.ts';
import { knownNames } from './select-pipelines.ts';
import { portOrAnother } from './demo-port.ts';
import type { SyncReport } from './sync-once.ts';
import type { OnWorkerEvent } from './worker-event.ts';

/** A HubSpot account, a database and what happens between them: all on this machine, all invented. */
export interface Demo {
  readonly settings: Settings;
  readonly hubspot: Pick<Sandbox, 'url' | 'key' | 'portalId'>;
  /** Of the database, with its password. */
  readonly warehouse: string;
  readonly contacts: number;
  /** Of the worker's status page, once `work` is called. */
  readonly page: string;
  sync(onProgress: (event: Progress) => void): Promise<SyncReport>;
  /** Syncs each minute, as a worker does, until the demo's signal aborts; resolves then. */
  work(onEvent: OnWorkerEvent): Promise<void>;
  /** People work for a day, and then HubSpot's search gets some minutes to learn of it. */
  passDay(): Workday;
  /** Some minutes of the same, all at once. */
  passMinutes(): void;
  tables(): Promise<readonly ArrivedTable[]>;
  deals(): Promise<QueryAnswer>;
  /** The stages that these deals are in by now, by id. */
  stages(deals: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** What a run did to records, beyond what it counted. */
  fates(report: SyncReport): Promise<readonly Fate[]>;
  compare(): Promise<Comparison>;
  /** Rules of HubSpot that were broken, as sentences. */
  violations(): readonly string[];
  /** Stops both. The database stays on disk until the next demo. */
  stop(): Promise<void>;
}

export interface DemoOptions {
  /** Where the database goes, which is made anew each time. */
  readonly directory: string;
  /** Aborts a sync under way. */
  readonly signal: AbortSignal;
  readonly log?: Log;
}

const contacts = 1500;
const day = 86_400_000;

/** Starts both. Nothing of the user's settings, key or `.env` gets in. */
export async function openDemo({ directory, signal, log = silentLog }: DemoOptions): Promise<Demo> {
  const place = { directory: `${directory}/postgres`, clock: systemClock, log };
  await removeEmbedded(place);
  const embedded = openEmbedded(place);
  // The demo's day ends about now.
  const sandbox = openSandbox({ seed: 42, contacts, limits, startAt: systemClock.now() - day - 10 * 60_000 });
  const stop = async (): Promise<void> => {
    await sandbox.stop();
    await embedded.stop();
  };
  try {
    await sandbox.start();
    const { url } = await embedded.start();
    signal.throwIfAborted();
    const http = `127.0.0.1:${await portOrAnother(8080)}`;
    return demo({ sandbox, warehouse: url, http, stop, options: { directory, signal, log } });
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ten times HubSpot's: nobody should have to wait for a demo's manners. */
const limits = { burst: 1900, search: 50, associations: 1500, daily: 1_000_000 };
const hurried = {
  KEYWAY_RATE_LIMIT__SEARCH_PER_SECOND: '35',
  KEYWAY_RATE_LIMIT__ASSOCIATIONS_PER_SECOND: '100',
};

const eachMinute = { KEYWAY_SCHEDULES__DEFAULT: '* * * * *', KEYWAY_SCHEDULES__JITTER: '0' };

interface Parts {
  readonly sandbox: Sandbox;
  readonly warehouse: string;
  readonly http: string;
  readonly stop: () => Promise<void>;
  readonly options: Required<DemoOptions>;
}

function demo({ sandbox, warehouse, http, stop, options }: Parts): Demo {
  const { url, key, portalId, world } = sandbox;
  const settings = read({
    cwd: options.directory,
    env: {
      HUBSPOT_BASE_URL: url,
      HUBSPOT_SERVICE_KEY: key,
      KEYWAY_WAREHOUSE: warehouse,
      KEYWAY_HTTP: http,
      ...eachMinute,
      ...hurried,
    },
    known: knownNames,
  });
  const ask = (sql: string): Promise<QueryAnswer> => queryPostgres(warehouse, sql);
  const app = openApp(settings, { log: options.log, signal: options.signal, command: 'demo' });
  return {
    settings,
    hubspot: { url, key, portalId },
    warehouse,
    contacts,
    page: `http://${http}/`,
    sync: (onProgress) => app.sync({ pipelines: [], onProgress }),
    work: (onEvent) =>
      app.work({
        // Nobody changes settings of a demo.
        onHangUp: () => undefined,
        reread: () => Promise.resolve({ settings, log: options.log }),
        watch: () => ({ on: () => undefined, close: () => undefined }),
        onEvent,
      }),
    passDay: () => workday(sandbox),
    passMinutes: () => someMinutes(sandbox),
    tables: () => arrivedTables(ask),
    deals: () => ask(dealsWithNames),
    stages: (deals) => stagesOf(ask, deals),
    fates: ({ run }) => fatesOf(ask, run.startedAt),
    compare: () => compareWithSandbox(world.truth, ask),
    violations: () =>
      sandbox.violations().map(({ rule, method, path, message }) => `${rule}: ${method} ${path}: ${message}`),
    stop,
  };
}
