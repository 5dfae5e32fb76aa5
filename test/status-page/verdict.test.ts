import { describe, expect, it } from 'vitest';
import { conditionOf, verdictOf, type WorkerState } from '../../src/status-page/index.ts';
import { workerSentence } from '../../src/status-page/words.ts';
import { at, pipeline, sampleDocument, syncing, troubled, waiting } from './sample-document.ts';

const minute = 60_000;
const failed = troubled.find((each) => each.pipeline === 'quotes')!;
const skipped = troubled.find((each) => each.pipeline === 'leads')!;
const leftOut = troubled.find((each) => each.pipeline === 'goal_targets')!;
const loading = pipeline('orders', { state: 'loading' });
const late = pipeline('deals', { nextRun: at - 16 * minute });
const partial = pipeline('notes', {
  last: {
    ...pipeline('notes').last!,
    outcome: 'partial',
    code: 'hubspot_bad_answer',
    reason: 'One is missing.',
  },
});

const inPart = pipeline('emails', {
  last: { ...pipeline('emails').last!, outcome: 'partial', reason: 'Not what they say.' },
});
const named = { ...inPart, named: true };

const paused = (code: WorkerState['code'] & string): WorkerState => ({
  state: 'paused',
  since: at,
  code,
  reason: 'Why.',
  until: at + 60 * minute,
});

describe('the verdict', () => {
  it.each([
    [
      'fresh',
      'All data is fresh and complete up to 20:42 UTC, 1 h 18 min ago.',
      [pipeline('contacts'), pipeline('deals')],
    ],
    [
      'fresh',
      'All data is fresh and complete up to 20:42 UTC, 1 h 18 min ago; 1 pipeline cannot be read: goal_targets; 1 pipeline is read in part: emails.',
      [pipeline('contacts'), leftOut, inPart],
    ],
    [
      'fresh',
      'All data is fresh and complete up to 20:42 UTC, 1 h 18 min ago; 2 pipelines are read in part: emails, notes.',
      [pipeline('contacts'), inPart, { ...inPart, pipeline: 'notes' }],
    ],
    ['incomplete', 'All is up to date but for what is read in part: emails.', [pipeline('contacts'), named]],
    [
      'fresh',
      'All data is fresh and complete up to 20:42 UTC, 1 h 18 min ago; members of lists, each read in its turn, up to 26 Nov 22:00 UTC.',
      [pipeline('contacts'), pipeline('lists', { completeUpTo: at - 2 * 86_400_000 })],
    ],
    ['failing', '1 of 3 pipelines failed: quotes.', [pipeline('contacts'), late, failed]],
    ['late', '1 of 3 pipelines is late: deals.', [pipeline('contacts'), late, loading]],
    [
      'loading',
      'The first load is under way: 1 of 2 pipelines is complete.',
      [pipeline('contacts'), loading],
    ],
    [
      'incomplete',
      'All is up to date but for what cannot be read: leads, goal_targets; records that HubSpot could not give: notes; what is read in part: emails.',
      [pipeline('contacts'), leftOut, skipped, partial, inPart],
    ],
    [
      'incomplete',
      'All is up to date but for records that HubSpot could not give: notes.',
      [pipeline('contacts'), partial],
    ],
    [
      'failing',
      '6 of 6 pipelines failed: a, b, c, d and 2 more.',
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ ...failed, pipeline: name })),
    ],
  ])('is %s: %s', (state, sentence, pipelines) => {
    expect(sampleDocument(pipelines).verdict).toEqual({ state, sentence });
  });

  it('names what keeps everything up before any pipeline', () => {
    expect(sampleDocument(troubled, paused('key_refused')).verdict).toEqual({
      state: 'failing',
      sentence: 'Nothing can be read from HubSpot: it takes none of the keys that there are.',
    });
    expect(sampleDocument(troubled, paused('daily_limit')).verdict.sentence).toBe(
      'The account’s calls of the day are used up: the copy goes on at 23:00 UTC.',
    );
    expect(sampleDocument(troubled, waiting, { unreachable: 'No.' }).verdict).toEqual({
      state: 'unreachable',
      sentence: 'The warehouse does not answer. What is shown is from 21:59 UTC.',
    });
    expect(verdictOf({ at, worker: waiting, unreachable: 'No.' }).sentence).toBe(
      'The warehouse does not answer.',
    );
    expect(verdictOf({ at, worker: waiting }).state).toBe('unknown');
    const { portalId: _, ...empty } = sampleDocument([]).report!;
    expect(verdictOf({ at, worker: waiting, report: empty }).state).toBe('empty');
  });
});

describe('a run that did not come about', () => {
  const reason = 'HubSpot does not answer.';
  const failedRun: WorkerState = { ...waiting, code: 'hubspot_unavailable', reason };

  it('is told of before any pipeline, and before nothing has ever synced', () => {
    const told = { state: 'failing', sentence: `The last run did not come about: ${reason}` };
    expect(sampleDocument(undefined, failedRun).verdict).toEqual(told);
    expect(sampleDocument(troubled, failedRun).verdict).toEqual(told);
    const { portalId: _, ...empty } = sampleDocument([]).report!;
    expect(verdictOf({ at, worker: failedRun, report: empty })).toEqual(told);
    // Once it is tried again, only that would tell.
    expect(sampleDocument(undefined, syncing).verdict.state).toBe('fresh');
  });

  it('says when the next one is due', () => {
    expect(workerSentence(failedRun)).toBe(
      `The last run did not come about. ${reason} The next one is due at 22:42 UTC.`,
    );
    const { next: _, ...never } = failedRun;
    expect(workerSentence(never)).toBe(`The last run did not come about. ${reason}`);
  });
});

describe('a pipeline', () => {
  const now = { at, worker: waiting };
  const judged = (more: Parameters<typeof pipeline>[1], worker = waiting): string =>
    conditionOf(pipeline('contacts', more), { ...now, worker });

  it('is late a quarter of an hour after its turn, unless it runs', () => {
    expect(judged({ nextRun: at - 15 * minute })).toBe('fresh');
    expect(judged({ nextRun: at - 15 * minute - 1 })).toBe('late');
    expect(judged({ nextRun: at - 15 * minute - 1 }, syncing)).toBe('fresh');
    // Nor while another worker runs it, of which the warehouse tells.
    const { finishedAt: _, ...running } = pipeline('contacts').last!;
    expect(judged({ nextRun: 0, last: { ...running, outcome: 'running' } })).toBe('fresh');
    // Nor once it has had its turn in the run under way, whose end sets the next one.
    expect(conditionOf(pipeline('owners', { nextRun: 0 }), { at, worker: syncing })).toBe('fresh');
    expect(conditionOf(pipeline('notes', { nextRun: 0 }), { at, worker: syncing })).toBe('late');
  });

  it('that is skipped is left out only if nobody has asked for it and it has never synced', () => {
    const last = skipped.last!;
    expect(conditionOf(skipped, now)).toBe('skipped');
    expect(conditionOf(leftOut, now)).toBe('left out');
    expect(judged({ last })).toBe('skipped');
  });

  it('is partial by an error, or if somebody asked for what the key may not read, as for an exit code', () => {
    expect(conditionOf(partial, now)).toBe('partial');
    expect(conditionOf(inPart, now)).toBe('fresh');
    expect(conditionOf(named, now)).toBe('partial');
  });
});
