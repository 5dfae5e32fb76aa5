import { describe, expect, it } from 'vitest';
import type { SyncReport } from '../../src/app/index.ts';
import { exitOfSync } from '../../src/cli/exit.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { PipelineOutcome, PipelineRun } from '../../src/run.ts';

type Ended = readonly [outcome: PipelineOutcome, code?: ErrorCode];

function report(ended: readonly Ended[], missed: readonly string[] = []): SyncReport {
  const pipelines = ended.map(([outcome, code]) => ({ outcome, code }) as PipelineRun);
  return { pipelines, missed } as unknown as SyncReport;
}

describe('the exit code of a sync', () => {
  it.each<[string, readonly Ended[], number]>([
    ['0 when all is complete', [['complete'], ['complete']], 0],
    ['0 when what was skipped was not wanted', [['complete'], ['skipped', 'scope_missing']], 0],
    ['1 when a pipeline failed', [['complete'], ['failed', 'hubspot_bad_answer']], 1],
    ['1 when a pipeline was interrupted by the loss of the lease', [['interrupted']], 1],
    [
      '3 when the key was refused half-way, whatever else happened',
      [
        ['failed', 'internal'],
        ['failed', 'key_refused'],
      ],
      3,
    ],
    ['75 when the daily limit ended it', [['complete'], ['failed', 'daily_limit']], 75],
  ])('is %s', (_, ended, code) => {
    expect(exitOfSync(report(ended), undefined)).toBe(code);
  });

  it('is 4 when something wanted was missed, unless something failed', () => {
    expect(exitOfSync(report([['skipped', 'scope_missing']], ['deals']), undefined)).toBe(4);
    expect(exitOfSync(report([['failed', 'internal']], ['deals']), undefined)).toBe(1);
  });

  it('is that of the signal when it stopped the run, and not when the run was done before', () => {
    expect(exitOfSync(report([['complete'], ['interrupted']]), 'SIGINT')).toBe(130);
    expect(exitOfSync(report([['interrupted']]), 'SIGTERM')).toBe(143);
    expect(exitOfSync(report([['complete']]), 'SIGINT')).toBe(0);
  });
});
