import { backfillName, type BackfillRequest } from '../backfill.ts';
import type { BackfillCheckpoint } from '../checkpoint.ts';
import { KeywayError } from '../errors.ts';
import type { ObjectPipeline, Pipeline } from '../pipeline.ts';
import { backfillObject, runPipelines, type BackfillOptions } from '../sync/index.ts';
import type { AppParts } from './app.ts';
import { inRun, type Runner } from './in-run.ts';
import { missedAmong, type Wanted } from './missed.ts';
import { privacyOf } from './privacy-of.ts';
import { selectPipelines } from './select-pipelines.ts';
import type { SyncReport } from './sync-once.ts';
import { workOfRun, type WorkRequest } from './work-of-run.ts';

/** Pipelines are objects. */
export interface BackfillAsked extends WorkRequest {
  readonly backfill: BackfillRequest;
  /** Hears of each step that is in, of one object after the other; whether to go on with the next one. */
  readonly onStep?: (state: BackfillCheckpoint) => boolean | Promise<boolean>;
}

export interface BackfillReport extends SyncReport {
  /** How far each object is, as far as a step of it was done. */
  readonly backfills: readonly (BackfillCheckpoint & { readonly pipeline: string })[];
}

/** One backfill, object after object. Its share of HubSpot's limits is for the source that it reads from, or for `onStep`, to see to. */
export async function backfill(
  parts: AppParts,
  asked: BackfillAsked,
  runner: Runner = inRun,
): Promise<BackfillReport> {
  // Before the first request, so that a wrong name costs none.
  let selection = selectPipelines(parts.settings, asked.pipelines);
  backfilledObjects(asked.pipelines, selection.pipelines);
  const privacy = privacyOf(parts.settings, selection.objects);
  const states = new Map<string, BackfillCheckpoint>();
  let before: Wanted['before'] = new Map();
  const report = await runner(parts, asked.pipelines, async (run) => {
    before = await run.warehouse.checkpoints();
    const { context, ...found } = await workOfRun(parts, run, { request: asked, privacy, concurrency: 1 });
    selection = found.selection;
    const objects = backfilledObjects(asked.pipelines, selection.pipelines);
    type Work = NonNullable<Parameters<typeof runPipelines<ObjectPipeline>>[2]>;
    const work: Work = (pipeline, within) =>
      backfillObject(pipeline, within, {
        request: asked.backfill,
        ...hangingOn(parts),
        onStep(state) {
          states.set(pipeline.name, state);
          return asked.onStep?.(state) ?? true;
        },
      });
    // Under a name of its own: nobody is to take it for a sync, which claims more.
    return runPipelines(objects, context, work, ({ name }) => backfillName(name, asked.backfill));
  });
  return {
    ...report,
    missed: missedAmong(report.pipelines, { selection, before }),
    backfills: [...states].map(([pipeline, state]) => ({ pipeline, ...state })),
  };
}

/** Throws `config_invalid` where something was asked for that has no records of its own. */
export function backfilledObjects(
  requested: readonly string[],
  pipelines: readonly Pipeline[],
): readonly ObjectPipeline[] {
  for (const { kind, name } of pipelines) {
    if (kind !== 'object' && requested.includes(name)) throw noRecords(name, advice[kind](name));
  }
  return pipelines.filter((pipeline) => pipeline.kind === 'object');
}

const advice: Readonly<Record<Exclude<Pipeline['kind'], 'object'>, (name: string) => string>> = {
  associations: (name) =>
    `backfill the objects that its links are of, or read all links again with keyway sync ${name} --full-refresh`,
  history: (name) =>
    `backfill the objects that it is of, or read all of it again with keyway sync ${name} --full-refresh`,
  lists: (name) => `keyway sync ${name} --full-refresh reads all members again`,
  dictionary: (name) => `keyway sync ${name} reads it as a whole each time`,
};

function noRecords(name: string, what: string): KeywayError {
  return new KeywayError('config_invalid', `${name} has no records to backfill: ${what}.`);
}

/** What hangs on records, as the settings have it. */
export function hangingOn({ settings }: AppParts): Pick<BackfillOptions, 'associations' | 'history'> {
  const { pipelines } = selectPipelines(settings, []);
  const associations = pipelines.find((pipeline) => pipeline.kind === 'associations');
  const history = pipelines.find((pipeline) => pipeline.kind === 'history');
  return { ...(associations && { associations }), ...(history && { history }) };
}

/** Whatever else is done with the account is not late for it. */
export function atBackfillShare(parts: AppParts): AppParts {
  const { settings } = parts;
  const { share, searchPerSecond, associationsPerSecond } = settings.rateLimit;
  const part = settings.backfill.share;
  const rateLimit = {
    ...settings.rateLimit,
    share: share * part,
    searchPerSecond: searchPerSecond * part,
    associationsPerSecond: associationsPerSecond * part,
  };
  return { ...parts, settings: { ...settings, rateLimit } };
}
