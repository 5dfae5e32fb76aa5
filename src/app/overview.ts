import { backfilled } from '../backfill.ts';
import type { Instant } from '../source.ts';
import type { PipelineReport, Readiness, WarehouseReport } from '../status-page/index.ts';
import { silentLog } from '../service.ts';
import type { RowCount, Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { dayReport } from './day-report.ts';
import { keepAnswer, type Kept } from './keep-answer.ts';
import { keysKnown } from './key-status.ts';
import { isThere, openToRead } from './open-to-read.ts';
import { readOnly } from './read-only-warehouse.ts';
import { readStatus } from './status.ts';
import { timetableOf } from './timetable-of.ts';

/** All but how that is to be judged, which depends on the worker, too. */
export type Read = Omit<WarehouseReport, 'pipelines'> & {
  readonly pipelines: readonly Omit<PipelineReport, 'condition'>[];
};

/** What the warehouse tells of the copy, over a connection of its own, which is opened when somebody first looks. */
export interface Overview {
  look(): Promise<Kept<Read>>;
  /** Whether the warehouse answers. */
  isReached(): Promise<Readiness>;
  /** There is something new to see. */
  outdate(): void;
  close(): Promise<void>;
}

/** However many look, and however often, the warehouse is asked once in a while; more rarely where questions are billed. */
export function openOverview(given: AppParts): Overview {
  // What goes wrong is shown to those who look.
  const parts = { ...given, log: silentLog };
  const { clock } = parts;
  const { warehouse, isBilled, close } = openWhenAsked(parts);
  const [patience, deadline] = [second, 20 * second];
  let tables: readonly string[] = [];
  const counts = keepAnswer(async () => (await warehouse()).rowCounts(tables), {
    clock,
    // It takes as long as reading every row.
    lasts: () => (isBilled() ? 30 * minute : minute),
    patience,
    deadline,
  });
  const rowCounts = async (of: readonly string[]): Promise<ReadonlyMap<string, RowCount>> => {
    tables = of;
    return (await counts.get()).value ?? new Map();
  };
  const report = keepAnswer(async () => readReport(parts, { ...(await warehouse()), rowCounts }), {
    clock,
    lasts: () => (isBilled() ? 5 * minute : 5 * second),
    patience,
    deadline,
  });
  // A question that no warehouse bills.
  const reach = async (): Promise<true> => {
    await (await warehouse()).columns('account');
    return true;
  };
  const answer = keepAnswer(reach, { clock, lasts: () => 5 * second, patience, deadline: 3 * second });
  return {
    look: () => report.get(),
    async isReached() {
      const { value, problem } = await answer.get();
      const ok = value === true && problem === undefined;
      return { name: 'warehouse', ok, detail: ok ? 'answers' : 'does not answer' };
    },
    outdate() {
      counts.outdate();
      report.outdate();
    },
    close,
  };
}

interface OpenedWhenAsked {
  readonly warehouse: () => Promise<Warehouse>;
  /** Known once it was opened. */
  readonly isBilled: () => boolean;
  readonly close: () => Promise<void>;
}

function openWhenAsked(parts: AppParts): OpenedWhenAsked {
  let opened: Promise<Warehouse> | undefined;
  let isBilled = false;
  return {
    async warehouse() {
      if (!isThere(parts)) return openToRead(parts);
      opened ??= openToRead(parts);
      try {
        const found = await opened;
        isBilled = found.usage !== undefined;
        return found;
      } catch (error) {
        opened = undefined;
        throw error;
      }
    },
    isBilled: () => isBilled,
    async close() {
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}

async function readReport(parts: AppParts, opened: Warehouse): Promise<Read> {
  const warehouse = await readOnly(askedOnce(opened));
  const readAt = parts.clock.now();
  const status = await readStatus(parts, warehouse);
  const { portalId, backfills } = status;
  const changes = await warehouse.lastChanges();
  const timetable = await timetableOf(parts, warehouse);
  return {
    readAt,
    warehouse: status.warehouse,
    ...(portalId !== undefined && { portalId }),
    runs: await warehouse.runSummaries(shownRuns),
    keys: await keysKnown(parts, warehouse),
    day: dayReport(await warehouse.callsSince(readAt - day), readAt),
    schemaChanges: await warehouse.schemaChanges({ limit: shownChanges }),
    backfills,
    pipelines: status.pipelines.map(({ pipeline, state, completeUpTo, tables, last, reconciled }) => {
      const turn = timetable.turnOf(pipeline);
      const changedAt = lastChange(pipeline, changes);
      return {
        pipeline,
        state,
        named: parts.settings.pipelines?.includes(pipeline) === true,
        tables,
        ...(completeUpTo !== undefined && { completeUpTo }),
        ...(changedAt !== undefined && { changedAt }),
        ...(turn !== undefined && { nextRun: turn }),
        ...(last && { last }),
        ...(reconciled && { reconciled }),
      };
    }),
  };
}

/** By its syncs or by its backfills. */
function lastChange(pipeline: string, changes: ReadonlyMap<string, Instant>): Instant | undefined {
  const own = [...changes].filter(([name]) => name === pipeline || backfilled(name) === pipeline);
  return own.length === 0 ? undefined : Math.max(...own.map(([, at]) => at));
}

/** What several pieces of one look ask for, each by itself, is asked once. */
function askedOnce(warehouse: Warehouse): Warehouse {
  return {
    ...warehouse,
    portalId: once(() => warehouse.portalId()),
    checkpoints: once(() => warehouse.checkpoints()),
    pipelineRuns: once(() => warehouse.pipelineRuns()),
    fingerprintSecret: once(() => warehouse.fingerprintSecret()),
    serviceKeys: once(() => warehouse.serviceKeys()),
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
}

const shownRuns = 40;
const shownChanges = 60;
const second = 1000;
const minute = 60_000;
const day = 86_400_000;
