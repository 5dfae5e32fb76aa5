export { backfillObject, type BackfillOptions } from './backfill-object.ts';
export type { SyncSettings } from './context.ts';
export type { Estimate } from './estimate.ts';
export { estimateBackfill } from './estimate-backfill.ts';
export { estimatePipelines } from './estimate-pipelines.ts';
export { keepLease, type LeaseKeeper } from './lease-keeper.ts';
export { reconcileObject } from './reconcile-object.ts';
export {
  assertNotRefused,
  idleEverywhere,
  idleObjects,
  treatedProperties,
  type TreatedProperties,
} from './treated-properties.ts';
export { runPipelines } from './run-pipelines.ts';
