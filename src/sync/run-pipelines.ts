import PQueue from 'p-queue';
import { asKeywayError, isAbsence, KeywayError } from '../errors.ts';
import type { Pipeline } from '../pipeline.ts';
import { noCounts, type Counts, type PipelineOutcome, type PipelineRun } from '../run.ts';
import type { SyncContext } from './context.ts';
import { intactCheckpoints } from './intact-checkpoints.ts';
import { countMisfits } from './misfits.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { syncAssociations } from './sync-associations.ts';
import { syncDictionary } from './sync-dictionary.ts';
import { syncHistory } from './sync-history.ts';
import { syncLists } from './sync-lists.ts';
import { syncObject } from './sync-object.ts';

/**
 * Does the work for each pipeline once, several at a time, links, lists and history after the records that they are about. What one throws ends that
 * pipeline; a verdict of `stop` ends them all. Resolves with what became of each, never rejects.
 */
export async function runPipelines<Each extends Pipeline>(
  pipelines: readonly Each[],
  given: Omit<SyncContext, 'alone' | 'count' | 'misfit' | 'samples' | 'skipped'>,
  work: (pipeline: Each, context: SyncContext) => Promise<PipelineResult> = syncPipeline,
  nameOf: (pipeline: Each) => string = ({ name }) => name,
): Promise<readonly PipelineRun[]> {
  const halt = new AbortController();
  const schema = new PQueue({ concurrency: 1 });
  const context: SyncContext = {
    ...given,
    warehouse: intactCheckpoints(given.warehouse, () => given.source.now()),
    signal: AbortSignal.any([given.signal, halt.signal]),
    alone: (work) => schema.add(work),
    count: () => undefined,
    misfit: () => undefined,
    samples: new Map(),
    skipped: new Set(),
  };
  const wave = async (each: readonly Each[], within: SyncContext): Promise<readonly PipelineRun[]> => {
    const queue = new PQueue({ concurrency: context.settings.concurrency });
    return Promise.all(
      each.map((pipeline) =>
        queue.add(() => runPipeline(pipeline, within, { halt, work, name: nameOf(pipeline) })),
      ),
    );
  };
  const first = await wave(
    pipelines.filter((each) => !refersToRecords(each)),
    context,
  );
  const skipped = new Set(first.filter((run) => run.outcome === 'skipped').map((run) => run.pipeline));
  return [...first, ...(await wave(pipelines.filter(refersToRecords), { ...context, skipped }))];
}

/** Those that come after the records that they are about. */
export function refersToRecords({ kind }: Pipeline): boolean {
  return kind === 'associations' || kind === 'lists' || kind === 'history';
}

interface Doing<Each> {
  readonly halt: AbortController;
  /** What the record of it is called. */
  readonly name: string;
  readonly work: (pipeline: Each, context: SyncContext) => Promise<PipelineResult>;
}

async function runPipeline<Each extends Pipeline>(
  pipeline: Each,
  context: SyncContext,
  { halt, work, name }: Doing<Each>,
): Promise<PipelineRun> {
  const { warehouse, clock, runId } = context;
  const log = context.log.child({ pipeline: name });
  const startedAt = clock.now();
  const begun: PipelineRun = {
    runId,
    pipeline: name,
    startedAt,
    outcome: 'running',
    counts: noCounts,
  };
  context.onProgress({ kind: 'started', pipeline: name });
  const counts = { ...noCounts };
  const misfits = countMisfits();
  let end: Ending;
  try {
    context.signal.throwIfAborted();
    await warehouse.savePipelineRun(begun);
    end = ending(
      await work(pipeline, {
        ...context,
        log,
        count: adderTo(counts),
        misfit: (given) => misfits.note(given),
      }),
    );
  } catch (error) {
    end = failure(error, context, halt);
  }
  const misfitsByProperty = misfits.byProperty();
  const run: PipelineRun = {
    ...begun,
    ...end,
    counts: { ...counts, misfits: misfits.total },
    ...(misfitsByProperty === undefined ? {} : { misfitsByProperty }),
    finishedAt: clock.now(),
  };
  tell(log, run);
  await saved(warehouse.savePipelineRun(run), log);
  context.onProgress({ kind: 'finished', run });
  return run;
}

function syncPipeline(pipeline: Pipeline, context: SyncContext): Promise<PipelineResult> {
  switch (pipeline.kind) {
    case 'object':
      return syncObject(pipeline, context);
    case 'associations':
      return syncAssociations(pipeline, context);
    case 'lists':
      return syncLists(pipeline, context);
    case 'history':
      return syncHistory(pipeline, context);
    case 'dictionary':
      return syncDictionary(pipeline, context);
  }
}

function adderTo(counts: Record<keyof Counts, number>): SyncContext['count'] {
  return (done) => {
    for (const name of countNames) counts[name] += done[name] ?? 0;
  };
}

const countNames = Object.keys(noCounts) as (keyof Counts)[];

type Ending = Pick<PipelineRun, 'outcome' | 'code' | 'reason' | 'completeUpTo'>;

function ending({ outcome, code, reason, completeUpTo }: PipelineResult): Ending {
  return {
    outcome,
    ...(code === undefined ? {} : { code }),
    ...(reason === undefined ? {} : { reason }),
    ...(completeUpTo === undefined ? {} : { completeUpTo }),
  };
}

/** Being asked to stop is not a failure. */
function failure(thrown: unknown, context: SyncContext, halt: AbortController): Ending {
  if (context.signal.aborted) {
    const reason: unknown = context.signal.reason;
    return reason instanceof KeywayError
      ? { outcome: 'interrupted', code: reason.code, reason: reason.message }
      : { outcome: 'interrupted' };
  }
  const error = asKeywayError(thrown);
  if (error.code === 'internal') context.log.error({ stack: stackOf(thrown) }, 'unexpected error');
  if (error.verdict === 'stop') halt.abort(error);
  const outcome: PipelineOutcome = isAbsence(error) ? 'skipped' : 'failed';
  return { outcome, code: error.code, reason: error.message };
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

function tell(log: SyncContext['log'], run: PipelineRun): void {
  const { outcome, counts, misfitsByProperty, code, reason } = run;
  const facts = { outcome, ...counts, misfitsByProperty, code, reason };
  if (run.outcome === 'failed') log.error(facts, 'pipeline failed');
  else if (run.outcome === 'complete' || run.outcome === 'interrupted')
    log.info(facts, `pipeline ${run.outcome}`);
  else log.warn(facts, `pipeline ${run.outcome}`);
}

/** A run's record that cannot be written must not hide what became of the run. */
async function saved(writing: Promise<void>, log: SyncContext['log']): Promise<void> {
  try {
    await writing;
  } catch (error) {
    log.error({ reason: asKeywayError(error).message }, 'the record of this pipeline run could not be saved');
  }
}
