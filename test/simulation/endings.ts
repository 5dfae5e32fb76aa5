import { KeywayError } from '../../src/errors.ts';
import type { PipelineRun } from '../../src/run.ts';

export type Ending = PromiseSettledResult<readonly PipelineRun[]>;

/** Of a process that has not died: where nothing has happened, nothing fails; whatever has, every end is one that Keyway knows. */
export function surprises(ending: Ending, isDisturbed: boolean): readonly string[] {
  if (ending.status === 'rejected') {
    // HubSpot or the warehouse refused before there were any pipelines to fail.
    if (!(ending.reason instanceof KeywayError)) throw ending.reason;
    return isDisturbed ? [] : [`nothing had happened, but the sync ended with ${ending.reason.message}`];
  }
  if (isDisturbed) return [];
  return ending.value
    .filter(
      ({ outcome, code }) => outcome !== 'complete' && outcome !== 'partial' && code !== 'property_refused',
    )
    .map(
      ({ pipeline, outcome, code, reason }) =>
        `nothing had happened, but ${pipeline} ended ${outcome}: ${code ?? ''} ${reason ?? ''}`,
    );
}
