import { several } from '../figures.ts';
import type { Instant } from '../source.ts';
import type { Condition } from './condition.ts';
import type { PipelineReport, StatusDocument } from './status-document.ts';
import { clockTime, distance } from './words.ts';

/** Whether the data is fresh and complete, in one word and in one sentence. */
export interface Verdict {
  readonly state:
    | 'fresh'
    | 'loading'
    | 'incomplete'
    | 'late'
    | 'failing'
    | 'unreachable'
    | 'empty'
    | 'unknown';
  readonly sentence: string;
}

/** The gravest thing that is to be said. Pure. */
export function verdictOf(told: Omit<StatusDocument, 'version' | 'keyway' | 'verdict'>): Verdict {
  const { report, unreachable, worker } = told;
  if (unreachable !== undefined) return unreached(told);
  if (report === undefined)
    return { state: 'unknown', sentence: 'The warehouse is being asked how the data is.' };
  if (worker.state === 'paused' && worker.code === 'daily_limit')
    return {
      state: 'late',
      sentence: `The account’s calls of the day are used up: the copy goes on at ${moment(worker.until ?? told.at, told.at)}.`,
    };
  if (worker.state === 'paused')
    return {
      state: 'failing',
      sentence: 'Nothing can be read from HubSpot: it takes none of the keys that there are.',
    };
  if (worker.state === 'waiting' && worker.reason !== undefined)
    return { state: 'failing', sentence: `The last run did not come about: ${worker.reason}` };
  if (report.portalId === undefined) return { state: 'empty', sentence: 'Nothing has synced yet.' };
  return verdictOfPipelines(report.pipelines, told.at);
}

function unreached({ report, at }: Pick<StatusDocument, 'report' | 'at'>): Verdict {
  const shown = report === undefined ? '' : ` What is shown is from ${moment(report.readAt, at)}.`;
  return { state: 'unreachable', sentence: `The warehouse does not answer.${shown}` };
}

function verdictOfPipelines(pipelines: readonly PipelineReport[], at: number): Verdict {
  const wanted = pipelines.filter(({ condition }) => condition !== 'left out');
  const those = (...conditions: readonly Condition[]): string[] =>
    wanted.filter(({ condition }) => conditions.includes(condition)).map(({ pipeline }) => pipeline);
  const of = `of ${several(wanted.length, 'pipeline')}`;
  const [failed, late, loading] = [those('failed'), those('late'), those('loading', 'waiting')];
  if (failed.length > 0)
    return { state: 'failing', sentence: `${failed.length} ${of} failed: ${list(failed)}.` };
  if (late.length > 0)
    return {
      state: 'late',
      sentence: `${late.length} ${of} ${late.length === 1 ? 'is' : 'are'} late: ${list(late)}.`,
    };
  if (loading.length > 0) {
    const done = wanted.length - loading.length;
    return {
      state: 'loading',
      sentence: `The first load is under way: ${done} ${of} ${done === 1 ? 'is' : 'are'} complete.`,
    };
  }
  if (those('skipped', 'partial').length > 0)
    return { state: 'incomplete', sentence: `All is up to date but for ${missing(pipelines)}.` };
  return {
    state: 'fresh',
    sentence: `All data is fresh and complete${upTo(wanted, at)}${besides(pipelines)}.`,
  };
}

function missing(pipelines: readonly PipelineReport[]): string {
  const { unread, gaps, inPart } = lacks(pipelines);
  const named = (what: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${what}: ${list(names)}`];
  return [
    ...named('what cannot be read', unread),
    ...named('records that HubSpot could not give', gaps),
    ...named('what is read in part', inPart),
  ].join('; ');
}

/** What nobody asked for is not amiss, but is no part of all data, either. */
function besides(pipelines: readonly PipelineReport[]): string {
  const { unread, inPart } = lacks(pipelines);
  const told = (names: readonly string[], what: string): string =>
    names.length === 0 ? '' : `; ${several(names.length, 'pipeline')} ${what}: ${list(names)}`;
  return told(unread, 'cannot be read') + told(inPart, `${inPart.length === 1 ? 'is' : 'are'} read in part`);
}

interface Lacks {
  readonly unread: readonly string[];
  /** Of records. */
  readonly gaps: readonly string[];
  /** The key may not read the rest: this is no error, and has no code. */
  readonly inPart: readonly string[];
}

function lacks(pipelines: readonly PipelineReport[]): Lacks {
  const those = (are: (pipeline: PipelineReport) => boolean): string[] =>
    pipelines.filter(are).map(({ pipeline }) => pipeline);
  return {
    unread: [
      ...those(({ condition }) => condition === 'skipped'),
      ...those(({ condition }) => condition === 'left out'),
    ],
    gaps: those(({ last }) => last?.outcome === 'partial' && last.code !== undefined),
    inPart: those(({ last }) => last?.outcome === 'partial' && last.code === undefined),
  };
}

/** Lists claim no more than the one that was read longest ago, which may be days: they are told of beside all others. */
function upTo(pipelines: readonly PipelineReport[], at: number): string {
  const { lists = [], others = [] } = Object.groupBy(pipelines, ({ pipeline }) =>
    pipeline === 'lists' ? 'lists' : 'others',
  );
  const [ofLists, ofOthers] = [earliest(lists), earliest(others)];
  const upTo = ofOthers ?? ofLists;
  if (upTo === undefined) return '';
  const isBehind = ofLists !== undefined && ofLists < upTo;
  const beside = isBehind ? `; members of lists, each read in its turn, up to ${moment(ofLists, at)}` : '';
  return ` up to ${moment(upTo, at)}, ${distance(Math.min(upTo, at), at)}${beside}`;
}

function earliest(pipelines: readonly PipelineReport[]): Instant | undefined {
  const all = pipelines.flatMap(({ completeUpTo }) => completeUpTo ?? []);
  return all.length === 0 ? undefined : Math.min(...all);
}

function moment(instant: Instant, at: Instant): string {
  return `${clockTime(instant, at)} UTC`;
}

/** `contacts, deals and 3 more`. */
function list(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
