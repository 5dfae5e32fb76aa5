import { backfilled } from '../backfill.ts';
import type { PipelineRun } from '../run.ts';
import type { Selection } from './select-pipelines.ts';

/** What an installation wants: what somebody has named, and what it once had. */
export interface Wanted {
  readonly selection: Selection;
  readonly before: { has(pipeline: string): boolean };
}

/** The pipelines that were skipped though wanted, or left incomplete though named; and all, where every one was skipped. */
export function missedAmong(runs: readonly PipelineRun[], wanted: Wanted): readonly string[] {
  const isIdle = runs.every(({ outcome }) => outcome === 'skipped');
  return runs.filter((run) => isIdle || isMissed(run, wanted)).map(({ pipeline }) => pipeline);
}

/** The run of a backfill counts as its object's. */
export function isMissed({ outcome, pipeline }: PipelineRun, { selection, before }: Wanted): boolean {
  const name = backfilled(pipeline) ?? pipeline;
  const isNamed = selection.isNamed(name);
  return (outcome === 'skipped' && (isNamed || before.has(name))) || (outcome === 'partial' && isNamed);
}
