import type { Settings } from '../../config/index.ts';
import type { PipelineRun } from '../run.ts';
import type { Instant } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';
import { delayOf, openTimetable, type Schedule } from '../worker/index.ts';
import type { AppParts } from './app.ts';
import { selectPipelines, syncedCustom } from './select-pipelines.ts';

/** When which pipeline is due, from the settings and from what the warehouse knows of their last runs. */
export async function timetableOf(
  { settings, log }: AppParts,
  warehouse: Warehouse,
): Promise<ReturnType<typeof openTimetable>> {
  const { schedules } = settings;
  const synced = [...(await warehouse.checkpoints()).keys()];
  const { pipelines } = selectPipelines(settings, [], { custom: syncedCustom(synced) });
  const own = ownSchedules(schedules);
  const names = pipelines.map(({ name }) => name);
  for (const name of own.keys())
    if (!names.includes(name)) log.warn({ pipeline: name }, 'has a schedule, but is not synced');
  const runs = new Map((await warehouse.pipelineRuns()).map((each) => [each.last.pipeline, each]));
  const seed = (await warehouse.fingerprintSecret()) ?? '';
  return openTimetable({
    scheduleOf: (pipeline) => own.get(pipeline) ?? schedules.default,
    delay: delayOf(seed, schedules.jitter),
    done: new Map(names.map((name) => [name, lastDone(runs.get(name))])),
  });
}

/** Of pipelines that do not go by the default. */
export function ownSchedules({ own }: Settings['schedules']): ReadonlyMap<string, Schedule> {
  return new Map(own.flatMap((each) => each.pipelines.map((name) => [name, each] as const)));
}

/** When the last run that did its work began: another one would find nothing to make up for. */
function lastDone(
  runs: { readonly last: PipelineRun; readonly complete?: PipelineRun } | undefined,
): Instant | undefined {
  return runs !== undefined && hasDone(runs.last) ? runs.last.startedAt : runs?.complete?.startedAt;
}

/** Whether a run did all that it could: what is skipped for want of a scope is asked for again in its turn. */
export function hasDone({ outcome }: PipelineRun): boolean {
  return outcome === 'complete' || outcome === 'partial' || outcome === 'skipped';
}
