import type { NoticeKind } from '../src/notice.ts';
import type { ObjectPipeline } from '../src/pipeline.ts';
import type { Privacy } from '../src/privacy.ts';
import type { Pair } from '../src/source.ts';
import type { Address } from './kinds.ts';
import type { OwnSchedule, Schedule } from './schedules.ts';
import type { Secret } from './secret.ts';
import type { ShownSetting } from './shown-settings.ts';
import type { SettingName, Values } from './table.ts';

/** All settings, parsed. Durations are milliseconds. */
export interface Settings {
  readonly hubspot: {
    /** Absent: no key was given, which only matters to commands that talk to HubSpot. */
    readonly key: Secret | undefined;
    /** Reveals nothing while its file is empty. */
    readonly nextKey: Secret | undefined;
    readonly keyWait: number;
    /** Of the private app that the key replaces: to compare what the two read. */
    readonly legacyToken: Secret | undefined;
    readonly baseUrl: string;
  };
  /** The URL of a Postgres or of a dataset in BigQuery; absent: the embedded Postgres. */
  readonly warehouse: Secret | undefined;
  /** Schema or dataset. */
  readonly schema: string;
  readonly stateSchema: string;
  readonly bigquery: {
    /** Of each job; absent: as many as it takes. */
    readonly maximumBytesBilled: number | undefined;
  };
  /** Absolute path. */
  readonly directory: string;
  /** Absent: all that the key may read. */
  readonly pipelines: readonly string[] | undefined;
  /** Objects that Keyway does not know by itself. */
  readonly objects: readonly ObjectPipeline[];
  /** Absent: the usual ones. */
  readonly associations: readonly Pair[] | undefined;
  /** Properties by object; absent: the usual ones of each. */
  readonly history: Readonly<Record<string, readonly string[]>> | undefined;
  /** What becomes of properties, by object. */
  readonly properties: Privacy['properties'];
  readonly sensitivity: Privacy['sensitivity'];
  /** What values are hashed with. */
  readonly hashKey: Secret | undefined;
  readonly sync: {
    readonly lag: number;
    readonly overlap: number;
    readonly settleAfter: number;
    readonly archivedEvery: number;
    readonly listUpTo: number;
    readonly sweepEvery: number;
    readonly reconcileEvery: number;
    readonly linksEvery: number;
    readonly linkCalls: number;
    readonly listsEvery: number;
    readonly listCalls: number;
    readonly concurrency: number;
  };
  /** When the worker runs which pipelines. */
  readonly schedules: {
    readonly default: Schedule;
    /** Of pipelines that do not go by the default. */
    readonly own: readonly OwnSchedule[];
    /** Milliseconds by which runs may be late, so that not everybody's come at the same time. */
    readonly jitter: number;
  };
  readonly notify: {
    /** Absent: nobody is told. */
    readonly webhook: Secret | undefined;
    readonly about: readonly NoticeKind[];
    readonly staleAfter: number;
  };
  readonly backfill: {
    /** Of what `rateLimit` allows. */
    readonly share: number;
  };
  readonly rateLimit: {
    readonly share: number;
    readonly searchPerSecond: number;
    readonly associationsPerSecond: number;
    readonly dailyReserve: number;
    readonly concurrency: number;
  };
  /** Absent: no status page. */
  readonly http: Address | undefined;
  /** What the status page asks for, or `none`. */
  readonly httpToken: Secret | undefined;
  readonly log: {
    readonly level: Values['log.level'];
    readonly format: Values['log.format'];
  };
  /** Whether this runs in a CI system, where a terminal is not one. */
  readonly ci: boolean;
  /** Where each value came from: a flag, a variable, `file:line`, or `default`. */
  readonly sources: Readonly<Record<SettingName, string>>;
  /** Each setting as it was written, for people. */
  readonly shown: readonly ShownSetting[];
  /** For people: files with secrets that others can read. */
  readonly warnings: readonly string[];
}
