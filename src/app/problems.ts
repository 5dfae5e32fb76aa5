import { backfilled } from '../backfill.ts';
import type { Ending, Found, Problem } from '../notify/index.ts';
import type { ErrorCode } from '../errors.ts';
import type { PipelineRun } from '../run.ts';
import type { StoredCheckpoint, Warehouse } from '../warehouse.ts';
import { nextRun } from '../worker/index.ts';
import type { AppParts } from './app.ts';
import { keyProblems } from './key-problems.ts';
import { keysKnown } from './key-status.ts';
import type { Selection } from './select-pipelines.ts';
import { progress, synced } from './status.ts';
import { isMissed } from './missed.ts';
import { ownSchedules } from './timetable-of.ts';
import type { Trouble } from './worker-event.ts';

/** What is known of the last attempt to make a run: nothing yet, that one came about and has just ended or not, or why none did. */
export type Attempt = 'unknown' | 'just ran' | 'ran' | Trouble;

interface Look {
  readonly parts: Pick<AppParts, 'settings' | 'clock'>;
  readonly warehouse: Warehouse;
  readonly attempt: Attempt;
}

/** All that is wrong, by what the warehouse knows: whoever asks it, and however often they were restarted. */
export async function problemsOf(look: Look): Promise<Found> {
  const { parts, warehouse, attempt } = look;
  const stored = await warehouse.checkpoints();
  const selection = synced(parts, [...stored.keys()]);
  const runs = new Map((await warehouse.pipelineRuns()).map(({ last }) => [last.pipeline, last]));
  const problems = [
    ...troubleOf(attempt),
    ...failures(selection, { stored, runs, attempt }),
    ...overdue(look, selection, stored),
    ...keyProblems(await keysKnown(parts, warehouse), parts.clock.now(), attempt === 'just ran'),
  ];
  const names = new Set(selection.pipelines.map(({ name }) => name));
  const hasRun = attempt === 'ran' || attempt === 'just ran';
  return { problems, endingOf: ({ id }) => endingOf(id, { stored, attempt, names, runs }), hasRun };
}

/** Why no run comes about. */
export function troubleOf(attempt: Attempt): readonly Problem[] {
  if (typeof attempt === 'string') return [];
  const { code, reason } = attempt;
  return [{ id: `run/${code}`, kind: 'failure', text: `Nothing syncs: ${reason} (${code})` }];
}

interface Known {
  readonly stored: ReadonlyMap<string, StoredCheckpoint>;
  readonly runs: ReadonlyMap<string, PipelineRun>;
  readonly attempt: Attempt;
}

/** Pipelines that did not do all that they were to do, as a run by hand would end with an exit code for. */
function failures(selection: Selection, known: Known): readonly Problem[] {
  const names = selection.pipelines.map(({ name }) => name);
  const each = [...names, ...unfinishedBackfills(known, new Set(names))];
  return each.flatMap((name): Problem[] => {
    const last = known.runs.get(name);
    if (last === undefined || isPartOf(known.attempt, last)) return [];
    const { code, reason = 'see keyway runs' } = last;
    const became = becameOf(last, selection, known);
    if (became === undefined) return [];
    const pipeline = backfilled(name);
    const what = pipeline === undefined ? name : `the backfill of ${pipeline}`;
    const text = `${what} ${became}: ${reason}${code === undefined ? '' : ` (${code})`}`;
    return [{ id: `failure/${name}`, kind: 'failure', text }];
  });
}

function becameOf(last: PipelineRun, selection: Selection, { stored }: Known): string | undefined {
  const missed = isMissed(last, { selection, before: stored });
  switch (last.outcome) {
    case 'failed':
      return 'failed';
    case 'skipped':
      return missed ? 'was skipped' : undefined;
    case 'partial':
      // A backfill makes way for what is due, and has its rest for later.
      return last.code !== undefined || (missed && backfilled(last.pipeline) === undefined)
        ? 'is not complete'
        : undefined;
    default:
      return undefined;
  }
}

/** By the names of their runs. One that was asked for wrongly never began. */
function unfinishedBackfills(known: Known, names: ReadonlySet<string>): readonly string[] {
  return [...known.runs.values()].flatMap(({ pipeline: name, code }) => {
    const pipeline = backfilled(name);
    if (pipeline === undefined || !names.has(pipeline) || isFinished(name, known)) return [];
    const isRefused = code !== undefined && ofWhoAsked.includes(code) && !known.stored.has(name);
    return isRefused ? [] : [name];
  });
}

/** Of a property that there is not, or of an object that was not loaded by then. */
const ofWhoAsked: readonly ErrorCode[] = ['config_invalid', 'not_available'];

function isFinished(backfill: string, { stored }: Pick<Known, 'stored'>): boolean {
  const checkpoint = stored.get(backfill)?.checkpoint;
  return checkpoint?.kind === 'backfill' && checkpoint.finishedAt !== undefined;
}

/**
 * Tables whose next turn, by their schedule, was longer ago than they may be overdue. What a turn makes complete is what had settled when it
 * began, so that it is the turn after that which counts. One that was never complete is none.
 */
function overdue(
  { parts }: Look,
  { pipelines, objects }: Selection,
  stored: ReadonlyMap<string, StoredCheckpoint>,
): readonly Problem[] {
  const { schedules, notify, sync } = parts.settings;
  const unsettled = Math.max(sync.settleAfter, sync.lag) + clockMargin;
  const own = ownSchedules(schedules);
  return pipelines.flatMap((pipeline): Problem[] => {
    const { completeUpTo } = progress(pipeline, objects, stored);
    if (completeUpTo === undefined) return [];
    // Lists claim no more than the one that was read longest ago, and a quiet one is read no more often than that.
    const behind = pipeline.kind === 'lists' ? Math.max(unsettled, sync.listsEvery) : unsettled;
    const due = nextRun(own.get(pipeline.name) ?? schedules.default, completeUpTo + behind);
    if (due === undefined || parts.clock.now() - due <= notify.staleAfter) return [];
    const upTo = `${new Date(completeUpTo).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    const text = `${pipeline.name} is behind: what is in it is complete up to ${upTo} only`;
    return [{ id: `staleness/${pipeline.name}`, kind: 'staleness', text }];
  });
}

/** Milliseconds by which HubSpot's clock may be behind this one. */
const clockMargin = 600_000;

interface Endings extends Known {
  readonly names: ReadonlySet<string>;
}

function endingOf(id: string, known: Endings): Ending {
  const { attempt, names, runs } = known;
  const [sort, ...rest] = id.split('/');
  const name = rest.join('/');
  switch (sort) {
    case 'run':
      return attempt === 'unknown' ? 'unknown' : 'over';
    case 'failure':
    case 'staleness':
      if (!names.has(backfilled(name) ?? name)) return 'gone';
      if (isFinished(name, known)) return 'over';
      return sort === 'failure' && isUnjudged(attempt, runs.get(name)) ? 'unknown' : 'over';
    case 'key':
      return name.startsWith('waiting/') && attempt !== 'just ran' ? 'unknown' : 'over';
    default:
      return 'gone';
  }
}

/** What was stopped, goes on, or could not do a thing is neither well nor failed by itself. */
function isUnjudged(attempt: Attempt, last: PipelineRun | undefined): boolean {
  return last?.outcome === 'running' || last?.outcome === 'interrupted' || isPartOf(attempt, last);
}

/** Whether what keeps everything from syncing is what became of this pipeline: that is told once. */
function isPartOf(attempt: Attempt, last: PipelineRun | undefined): boolean {
  return typeof attempt !== 'string' && last?.code === attempt.code;
}
