import { completeUpTo, isSmall, type Checkpoint } from '../../../src/checkpoint.ts';
import type { PipelineRun } from '../../../src/run.ts';
import type { Instant } from '../../../src/source.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import type { Broken } from './broken.ts';

export interface Expectation {
  /** HubSpot's clock when the process began. */
  readonly startedAt: Instant;
  /** Milliseconds by which a complete pipeline may be behind that at most. */
  readonly behind: number;
}

/**
 * I16. What a pipeline's run row says is so: complete ones are as far as they say and as far as they should be; all others
 * say why.
 */
export function watchRuns(expectation: Expectation, broken: Broken): (warehouse: Warehouse) => Warehouse {
  return (warehouse) => ({
    ...warehouse,
    async savePipelineRun(run) {
      await warehouse.savePipelineRun(run);
      if (run.outcome === 'running') return;
      const { checkpoint } = await warehouse.checkpoint(run.pipeline);
      for (const fault of [...faultsOf(run), ...lateness(run, checkpoint, expectation)])
        broken(`${run.pipeline} ended ${run.outcome}: ${fault}`);
      const claim = completeUpTo(checkpoint);
      if (run.completeUpTo !== undefined && claim !== undefined && claim < run.completeUpTo) {
        broken(`${run.pipeline} says that it is complete up to ${run.completeUpTo}, not ${claim}`);
      }
    },
  });
}

/** Where the bin is too large to be read in each run, a table is complete only up to its last sweep. */
function lateness(
  run: PipelineRun,
  checkpoint: Checkpoint | undefined,
  { startedAt, behind }: Expectation,
): readonly string[] {
  const { outcome, completeUpTo: upTo } = run;
  if (outcome !== 'complete' || !isObject(run)) return [];
  if (checkpoint?.kind === 'live' && !isSmall(checkpoint.bin)) return [];
  if (upTo !== undefined && upTo > startedAt - behind - oneSecond) return [];
  return [`it is complete up to ${upTo}, the run began at ${startedAt}`];
}

function faultsOf(run: PipelineRun): readonly string[] {
  const { outcome, reason = '', code, finishedAt } = run;
  const why = reason.length > 10;
  return [
    ...(finishedAt === undefined ? ['it never finished'] : []),
    ...(code === 'internal' ? [`it did not expect this: ${reason}`] : []),
    ...(outcome === 'complete' && reason !== '' ? ['it has a reason'] : []),
    ...(misfitsAddUp(run) ? [] : ['its misfits are not the sum of those of its properties']),
    ...(outcome === 'partial' && !why ? ['it does not say why'] : []),
    ...((outcome === 'skipped' || outcome === 'failed') && (!why || code === undefined)
      ? ['it does not say why']
      : []),
  ];
}

/** Of more than fifty properties, not all are named. */
function misfitsAddUp({ counts, misfitsByProperty = {} }: PipelineRun): boolean {
  const named = Object.values(misfitsByProperty);
  const sum = named.reduce((total, values) => total + values, 0);
  return named.length >= 50 ? sum <= counts.misfits : sum === counts.misfits;
}

/** HubSpot's clock, as its answers tell it, has no milliseconds. */
const oneSecond = 1000;

function isObject({ pipeline }: PipelineRun): boolean {
  return ['contacts', 'companies', 'deals', 'tickets'].includes(pipeline);
}

/** I9. Whatever died on the way: no run is left open. */
export async function openRuns(warehouse: Warehouse): Promise<readonly string[]> {
  const runs = (await warehouse.runs(1000)).filter(({ outcome }) => outcome === 'running');
  const pipelines = (await warehouse.pipelineRuns()).filter(({ last }) => last.outcome === 'running');
  return [
    ...runs.map(({ id }) => `run ${id} was left open`),
    ...pipelines.map(({ last }) => `the run of ${last.pipeline} was left open`),
  ];
}
