import type { Cell, Row, Table } from '../../../src/table.ts';
import {
  memoryRows,
  memoryState,
  openMemoryWarehouse,
  type MemoryState,
} from '../../support/memory/index.ts';
import { describeWarehouse, type Subject } from '../conformance.ts';

/** The simulation's warehouse proves nothing unless it behaves as the real ones do. */
describeWarehouse({ name: 'The warehouse in memory', subject: () => Promise.resolve(memorySubject()) });

function memorySubject(): Subject {
  const state = memoryState();
  return {
    open: () => Promise.resolve(openMemoryWarehouse({ state })),
    openUntil: (step) => Promise.resolve(openUntil(state, step)),
    read: (table) => Promise.resolve(sorted(state, table).map((row) => cellsOf(table, row))),
    stamps: (table) => Promise.resolve(sorted(state, table).map((row) => String(row['_synced_at']))),
  };
}

/** It has two exchanges: the request to commit and the answer. */
function openUntil(state: MemoryState, step: number): Awaited<ReturnType<Subject['openUntil']>> {
  const warehouse = openMemoryWarehouse({ state });
  return {
    warehouse: {
      ...warehouse,
      async commit(batch) {
        if (step === 0) throw new Error('cut');
        const committed = await warehouse.commit(batch);
        if (step === 1) throw new Error('cut');
        return committed;
      },
    },
    crashed: () => step < 2,
  };
}

function sorted(state: MemoryState, table: Table): readonly Readonly<Record<string, Cell>>[] {
  return memoryRows(state, table.name).toSorted((a, b) => {
    for (const name of table.key) {
      const order = compare(table, name, a[name], b[name]);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compare(table: Table, name: string, a: Cell | undefined, b: Cell | undefined): number {
  const isInteger = table.columns.find((column) => column.name === name)?.type === 'integer';
  if (isInteger) return Number(BigInt(String(a)) - BigInt(String(b)));
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}

function cellsOf(table: Table, row: Readonly<Record<string, Cell>>): Row {
  return table.columns.map(({ name }) => row[name] ?? null);
}
