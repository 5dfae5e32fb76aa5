import type { Engine } from './engine.ts';
import { tightLimits, type Tightness } from './tight-limits.ts';
import { memoryRows, memoryState, openMemoryWarehouse } from './memory/index.ts';

interface MemoryEngineOptions {
  readonly rowsPerBatch?: number;
  readonly tight?: Tightness;
}

/** For thousands of lives; batches are small, so that there are many of them, and time passes with commits alone. */
export function memoryEngine({ rowsPerBatch = 40, tight = {} }: MemoryEngineOptions = {}): Engine {
  const state = memoryState(() => Date.UTC(2026, 0, 1));
  return {
    inProcess: true,
    open: () => Promise.resolve(openMemoryWarehouse({ state, rowsPerBatch, limits: tightLimits(tight) })),
    tables: { rows: (table) => Promise.resolve(memoryRows(state, table)) },
    close: () => Promise.resolve(),
  };
}
