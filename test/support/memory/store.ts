import type { RunCalls, StoredKey } from '../../../src/service-key.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Notice } from '../../../src/notice.ts';
import type { LoggedChange } from '../../../src/schema-change.ts';
import type { PipelineRun, Run } from '../../../src/run.ts';
import type { Instant } from '../../../src/source.ts';
import type { Cell, Column, ColumnType, Table } from '../../../src/table.ts';
import type { DefinitionChange } from '../../../src/definition-change.ts';
import type { Lease, StoredCheckpoint, StoredReconciliation } from '../../../src/warehouse.ts';

/** A row with all columns that its table has, by name. */
export type MemoryRow = ReadonlyMap<string, Cell>;

export interface MemoryTable {
  readonly key: readonly string[];
  description: string;
  readonly columns: Map<string, Column>;
  rows: Map<string, MemoryRow>;
  /** With the columns that rows were last written with. */
  written?: Table;
}

/** What outlives the process. */
export interface MemoryState {
  readonly tables: Map<string, MemoryTable>;
  readonly checkpoints: Map<string, StoredCheckpoint>;
  readonly runs: Map<string, Run>;
  readonly pipelineRuns: Map<string, PipelineRun>;
  readonly reconciliations: StoredReconciliation[];
  readonly definitionChanges: DefinitionChange[];
  /** Of tables and of properties. */
  readonly schemaChanges: LoggedChange[];
  notices: readonly Notice[];
  readonly leases: Map<string, Lease & { readonly expiresAt: Instant }>;
  readonly keys: Map<string, StoredKey>;
  /** By run. */
  readonly calls: Map<string, readonly RunCalls[]>;
  /** What fingerprints are keyed with. */
  secret?: string;
  /** Moves on with each commit, so that no two share an instant. */
  clock: Instant;
  readonly now: () => Instant;
}

/** `now`: the machine's clock, unless time is to pass with commits alone. */
export function memoryState(now: () => Instant = Date.now): MemoryState {
  return {
    tables: new Map(),
    checkpoints: new Map(),
    runs: new Map(),
    pipelineRuns: new Map(),
    reconciliations: [],
    definitionChanges: [],
    schemaChanges: [],
    notices: [],
    leases: new Map(),
    keys: new Map(),
    calls: new Map(),
    clock: now(),
    now,
  };
}

/** The warehouse's clock: it never stands still. */
export function tick(state: MemoryState): Instant {
  state.clock = Math.max(state.clock + 1, state.now());
  return state.clock;
}

export function keyOf(key: readonly string[], row: MemoryRow): string {
  return JSON.stringify(key.map((name) => row.get(name) ?? null));
}

export function rowOf(table: Table, cells: readonly Cell[]): Map<string, Cell> {
  return new Map(table.columns.map(({ name }, i) => [name, cells[i] ?? null]));
}

/** As Postgres compares: numbers by value, documents by content. */
export function isSame(type: ColumnType | undefined, a: Cell, b: Cell): boolean {
  if (a === b) return true;
  if (typeof a !== 'string' || typeof b !== 'string') return isDeepStrictEqual(a, b);
  if (type === 'number') return decimal(a) === decimal(b);
  return type === 'json' && isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
}

/** Without zeros that mean nothing. */
function decimal(text: string): string {
  const [whole = '', fraction = ''] = text.split('.');
  const bare = `${whole.replace(/^(-?)0+(?=\d)/, '$1')}.${fraction.replace(/0+$/, '')}`;
  return /^-?0*\.0*$/.test(bare) ? '0' : bare;
}
