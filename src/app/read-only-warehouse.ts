import { KeywayError } from '../errors.ts';
import type { WarehouseLimits } from '../limits.ts';
import type { Warehouse } from '../warehouse.ts';

/** The warehouse, of which nothing can be written: who looks ahead must leave no trace. */
export async function readOnly(warehouse: Warehouse): Promise<Warehouse> {
  // Until a sync has begun, Keyway's own tables need not be there.
  const isBegun = (await warehouse.portalId()) !== undefined;
  if (!isBegun) return { ...warehouse, ...withoutState, ...refused };
  const checkpoints = await warehouse.checkpoints();
  return {
    ...warehouse,
    ...refused,
    checkpoints: () => Promise.resolve(checkpoints),
    checkpoint: (pipeline) => Promise.resolve(checkpoints.get(pipeline) ?? { version: 0 }),
  };
}

/** A warehouse that is still to be made. */
export function absentWarehouse(label: string, limits: WarehouseLimits): Warehouse {
  return {
    ...withoutState,
    ...refused,
    limits,
    label,
    check: () => Promise.resolve({ ok: true, server: label, problems: [] }),
    columns: () => Promise.resolve(undefined),
    differences: (tables) =>
      Promise.resolve(tables.map(({ name }) => ({ kind: 'create_table', table: name }) as const)),
    packer: () => refuse,
    ids: () => nothing(),
    countLiving: () => Promise.resolve(0),
    countRows: () => Promise.resolve(0),
    cells: () => Promise.resolve([]),
    now: () => Promise.resolve(0),
    rowCounts: () => Promise.resolve(new Map()),
    close: () => Promise.resolve(),
  };
}

const withoutState = {
  portalId: () => Promise.resolve(undefined),
  serviceKeys: () => Promise.resolve([]),
  fingerprintSecret: () => Promise.resolve(undefined),
  checkpoint: () => Promise.resolve({ version: 0 }),
  checkpoints: () => Promise.resolve(new Map()),
  runs: () => Promise.resolve([]),
  pipelineRuns: () => Promise.resolve([]),
  pipelineRunsOf: () => Promise.resolve([]),
  reconciliations: () => Promise.resolve([]),
  schemaChanges: () => Promise.resolve([]),
  notices: () => Promise.resolve([]),
  runSummaries: () => Promise.resolve([]),
  lastChanges: () => Promise.resolve(new Map()),
  callsSince: () => Promise.resolve([]),
} satisfies Partial<Warehouse>;

const refuse = (): never => {
  throw new KeywayError('internal', 'A look ahead would have written to the warehouse, and was stopped.');
};
const refusal = (): Promise<never> => Promise.resolve().then(refuse);

const refused = {
  migrate: refusal,
  apply: refusal,
  commit: refusal,
  reset: refusal,
  useKey: refusal,
  takeLease: refusal,
  releaseLease: refusal,
  closeRuns: refusal,
  startRun: refusal,
  finishRun: refusal,
  savePipelineRun: refusal,
  saveReconciliation: refusal,
  keepNotices: refusal,
} satisfies Partial<Warehouse>;

async function* nothing(): AsyncGenerator<never> {
  // There are no rows.
}
