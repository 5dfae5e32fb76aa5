export { ofBoth, type Both, type Pair } from './both.ts';
export { compareReads } from './compare-reads.ts';
export type { Comparison, Remark } from './comparison.ts';
export { plannedCalls, type PlannedCalls } from './planned-calls.ts';
