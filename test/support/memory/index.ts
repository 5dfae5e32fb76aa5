import { activity } from './activity.ts';
import { randomUUID } from 'node:crypto';
import { KeywayError } from '../../../src/errors.ts';
import type { WarehouseLimits } from '../../../src/limits.ts';
import type { PipelineRun } from '../../../src/run.ts';
import type { Cell } from '../../../src/table.ts';
import type { Batch, Committed, Lease, LeaseGrant, Warehouse } from '../../../src/warehouse.ts';
import { countLiving, ids } from './ids.ts';
import { serviceKeys, useKey } from './keys.ts';
import { apply, columns, differences, logChanges } from './schema.ts';
import { cells, rowsIn } from './scope.ts';
import { tick, type MemoryState, type MemoryTable } from './store.ts';
import { write, type MemoryPacked, type Transaction } from './writes.ts';

export { memoryState, type MemoryState } from './store.ts';

export interface MemoryOptions {
  readonly state: MemoryState;
  /** Small batches commit often. */
  readonly rowsPerBatch?: number;
  readonly limits?: Partial<WarehouseLimits>;
}

/** A warehouse in memory, for thousands of lives: it obeys the laws that Postgres obeys (`test/warehouse/laws`). */
export function openMemoryWarehouse({ state, rowsPerBatch = 1000, limits }: MemoryOptions): Warehouse {
  const mine = new Set<string>();
  const later = <Result>(result: () => Result): Promise<Result> => Promise.resolve().then(result);
  return {
    limits: {
      rows: rowsPerBatch,
      bytes: 4 * 1024 * 1024,
      wait: 5000,
      lease: { ttl: 30_000, renewEvery: 10_000 },
      identifierBytes: 63,
      reservedColumns: ['ctid', 'xmin', 'tableoid'],
      columns: 1600,
      ...limits,
    },
    label: 'memory',
    migrate: () => later(() => void (state.secret ??= randomUUID())),
    check: () => Promise.resolve({ ok: true, server: 'memory', problems: [] }),
    columns: (table) => later(() => columns(state, table)),
    differences: (tables) => later(() => differences(state, tables)),
    apply: (changes, tables) => later(() => apply(state, changes, { tables, limits })),
    packer:
      (table) =>
      (row): MemoryPacked => ({
        key: table.key.map((name) => String(row[table.columns.findIndex((c) => c.name === name)])).join('\0'),
        version: '',
        bytes: new Uint8Array(),
        row,
      }),
    checkpoint: (pipeline) => later(() => state.checkpoints.get(pipeline) ?? { version: 0 }),
    checkpoints: () => later(() => new Map(state.checkpoints)),
    reset: (pipeline, tables) =>
      later(() => {
        for (const name of state.checkpoints.keys())
          if (name === pipeline || name.startsWith(`${pipeline}/`)) state.checkpoints.delete(name);
        for (const table of tables) state.tables.delete(table);
      }),
    commit: (batch) => later(() => commit(state, batch, limits)),
    ids: (query) => ids(state, query),
    countLiving: (query) => later(() => countLiving(state, query)),
    countRows: (query) => later(() => rowsIn(state, query).length),
    cells: (query) => later(() => cells(state, query)),
    now: () => later(() => tick(state)),
    portalId: () => later(() => [...state.keys.values()][0]?.portalId),
    useKey: (key) => later(() => useKey(state, key)),
    serviceKeys: () => later(() => serviceKeys(state)),
    fingerprintSecret: () => later(() => state.secret),
    takeLease: (lease) => later(() => takeLease(state, lease)),
    releaseLease: ({ name, holder }) =>
      later(() => void (state.leases.get(name)?.holder === holder && state.leases.delete(name))),
    closeRuns: () => later(() => closeLeftOpen(state, mine)),
    startRun: (run) =>
      later(() => {
        mine.add(run.id);
        closeLeftOpen(state, mine);
        state.runs.set(run.id, run);
      }),
    finishRun: (run, usage) =>
      later(() => {
        mine.delete(run.id);
        state.runs.set(run.id, run);
        state.calls.set(run.id, usage);
      }),
    savePipelineRun: (run) =>
      later(() => void state.pipelineRuns.set(`${run.runId} ${run.pipeline}`, structuredClone(run))),
    runs: (limit) =>
      later(() => [...state.runs.values()].sort((a, b) => b.startedAt - a.startedAt).slice(0, limit)),
    pipelineRuns: () => later(() => pipelineRuns(state)),
    pipelineRunsOf: (runId) =>
      later(() =>
        [...state.pipelineRuns.values()]
          .filter((run) => run.runId === runId)
          .sort((a, b) => a.startedAt - b.startedAt || (a.pipeline < b.pipeline ? -1 : 1)),
      ),
    saveReconciliation: (reconciliation) =>
      later(() => void state.reconciliations.push({ ...reconciliation, checkedAt: tick(state) })),
    reconciliations: () =>
      later(() => [...new Map(state.reconciliations.map((each) => [each.pipeline, each])).values()]),
    schemaChanges: ({ since = -Infinity, limit }) =>
      later(() =>
        state.schemaChanges
          .filter(({ changedAt }) => changedAt > since)
          .toReversed()
          .slice(0, limit),
      ),
    ...activity(state, later),
    notices: () =>
      later(() => state.notices.toSorted((a, b) => a.toldAt - b.toldAt || (a.id < b.id ? -1 : 1))),
    keepNotices: (notices) => later(() => void (state.notices = structuredClone(notices))),
    rowCounts: (tables) =>
      later(
        () =>
          new Map(
            tables.flatMap((name) => {
              const rows = state.tables.get(name)?.rows.size;
              return rows === undefined
                ? []
                : [[name, { rows, living: countLiving(state, { table: name }) }]];
            }),
          ),
      ),
    close: () => Promise.resolve(),
  };
}

/** All rows of a table, cells by column. */
export function memoryRows(state: MemoryState, table: string): readonly Readonly<Record<string, Cell>>[] {
  return [...(state.tables.get(table)?.rows.values() ?? [])].map((row) => Object.fromEntries(row));
}

/** All of the batch or nothing of it: what it touches are copies until the end. */
function commit(state: MemoryState, batch: Batch, limits: Partial<WarehouseLimits> = {}): Committed {
  const { version } = state.checkpoints.get(batch.pipeline) ?? { version: 0 };
  if (version !== batch.replaces) {
    throw new KeywayError('checkpoint_moved', `Another run has moved the checkpoint of ${batch.pipeline}.`, {
      details: { pipeline: batch.pipeline, version },
    });
  }
  const copies = new Map<string, MemoryTable>();
  const find = (name: string): MemoryTable | undefined => {
    const stored = copies.get(name) ?? state.tables.get(name);
    if (stored === undefined || copies.has(name)) return stored;
    const copy = { ...stored, rows: new Map(stored.rows) };
    copies.set(name, copy);
    return copy;
  };
  const transaction: Transaction = {
    find,
    table(name) {
      const table = find(name);
      if (table === undefined) throw new KeywayError('warehouse_refused', `There is no table ${name}.`);
      return table;
    },
    stamp: new Date(tick(state)).toISOString(),
    limits,
  };
  const total = { version: version + 1, inserted: 0, updated: 0, removed: 0, unchanged: 0 };
  for (const item of batch.writes) {
    const counts = write(transaction, item);
    for (const name of ['inserted', 'updated', 'removed', 'unchanged'] as const) total[name] += counts[name];
  }
  for (const [name, { rows, written }] of copies) Object.assign(state.tables.get(name)!, { rows, written });
  state.definitionChanges.push(...(batch.definitionChanges ?? []));
  logChanges(state, batch.definitionChanges ?? []);
  const checkpoint = structuredClone(batch.checkpoint);
  state.checkpoints.set(batch.pipeline, { version: version + 1, checkpoint });
  return total;
}

function takeLease({ leases, now: clock }: MemoryState, lease: Lease): LeaseGrant {
  const held = leases.get(lease.name);
  const now = clock();
  if (held === undefined || held.holder === lease.holder || held.expiresAt <= now) {
    leases.set(lease.name, { ...lease, expiresAt: now + lease.ttl });
    return { granted: true };
  }
  return { granted: false, label: held.label, holder: held.holder, expiresIn: held.expiresAt - now };
}

function closeLeftOpen(state: MemoryState, mine: ReadonlySet<string>): void {
  for (const [id, run] of state.runs) {
    const open = run.outcome === 'running' && !mine.has(id);
    if (open) state.runs.set(id, { ...run, outcome: 'crashed', finishedAt: Date.now() });
  }
  for (const [key, run] of state.pipelineRuns) {
    const open = run.outcome === 'running' && !mine.has(run.runId);
    if (open) state.pipelineRuns.set(key, { ...run, outcome: 'interrupted', finishedAt: Date.now() });
  }
}

function pipelineRuns(
  state: MemoryState,
): readonly { readonly last: PipelineRun; readonly complete?: PipelineRun }[] {
  const sorted = [...state.pipelineRuns.values()].sort((a, b) => a.startedAt - b.startedAt);
  const last = new Map(sorted.map((run) => [run.pipeline, run]));
  const done = sorted.filter(({ outcome }) => outcome === 'complete');
  const complete = new Map(done.map((run) => [run.pipeline, run]));
  return [...last.values()]
    .sort((a, b) => (a.pipeline < b.pipeline ? -1 : 1))
    .map((run) => {
      const before = complete.get(run.pipeline);
      return { last: run, ...(before && { complete: before }) };
    });
}
