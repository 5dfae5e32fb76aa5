import { expect, onTestFinished } from 'vitest';
import { type Clock, type Log, silentLog } from '../../../src/service.ts';
import type { Row } from '../../../src/table.ts';
import type { Committed, Warehouse } from '../../../src/warehouse.ts';
import { type BigqueryDouble, startBigqueryDouble } from '../../support/bigquery/index.ts';
import { batch, mark, person, prepare, upsert } from '../laws/world.ts';
import { openAt } from './subject.ts';

type OpenOptions = NonNullable<Parameters<typeof openAt>[1]>;

export interface FaultyWorld {
  readonly double: BigqueryDouble;
  /** Milliseconds of each wait, which passes at once, on the double's clock. */
  readonly waits: readonly number[];
  readonly warnings: readonly string[];
  /** A process of its own. */
  open(more?: OpenOptions): Promise<Warehouse>;
  /** How far it is, and the names of all people, in the order of their ids. */
  state(): Promise<{ readonly version: number; readonly names: readonly string[] }>;
}

/** With tables, and nothing in them. */
export async function faultyWorld(polls = 0): Promise<FaultyWorld> {
  const double = await startBigqueryDouble({ polls });
  onTestFinished(() => double.close());
  const waits: number[] = [];
  const warnings: string[] = [];
  const clock: Clock = {
    now: () => 0,
    sleep(ms) {
      waits.push(ms);
      double.clock.advance(ms);
      return new Promise((resolve) => void setTimeout(resolve, 1));
    },
  };
  const log: Log = { ...silentLog, warn: (_, message) => void warnings.push(message) };
  const open: FaultyWorld['open'] = (more = {}) => openAt(double, { clock, log, ...more });
  const healthy = await prepare(await open());
  return {
    double,
    waits,
    warnings,
    open,
    async state() {
      const { version, checkpoint } = await healthy.checkpoint('people');
      if (version > 0) expect(checkpoint).toEqual(mark(version));
      const rows = await double.sql('select name from hubspot.people order by id');
      return { version, names: rows.map(({ name }) => String(name)) };
    },
  };
}

export function named(name: string, ...ids: readonly string[]): readonly Row[] {
  return ids.map((id) => person({ id, name }));
}

/** Two rows, one of which is there already where the world has had its first batch. */
export function commitTwo(warehouse: Warehouse, replaces = 0): Promise<Committed> {
  return warehouse.commit(batch([upsert(named(`v${replaces + 1}`, '1', String(replaces + 2)))], replaces));
}

/** What is staged, and never merged. */
export async function staged({ double }: FaultyWorld): Promise<number> {
  const rows = await double.sql(
    "select table_name from duckdb_tables() where schema_name = 'hubspot_keyway_staging'",
  );
  return rows.length;
}

/** Attempts at jobs whose id has this in it. */
export function attempts({ double }: FaultyWorld, kind: string): readonly string[] {
  const ids = double.requests
    .filter(({ method, jobId }) => method === 'POST' && jobId?.includes(kind) === true)
    .map(({ jobId = '' }) => jobId);
  return [...new Set(ids)];
}
