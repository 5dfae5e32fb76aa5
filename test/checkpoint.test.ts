import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, completeUpTo, plan, type Checkpoint, type PlanBounds } from '../src/checkpoint.ts';

const bounds: PlanBounds = { startedAt: 1_000_000, lag: 60_000, overlap: 900_000, archivedEvery: 0 };
const more = { position: 'p1', last: false };
const last = { position: 'end', last: true };

describe('a checkpoint', () => {
  it('begins with a full load that remembers when it started, not when it ends', () => {
    const step = plan(undefined, bounds)!;
    expect(step.scan).toEqual({ kind: 'all' });
    expect(advance(step, more)).toEqual({ kind: 'loading', startedAt: 1_000_000, position: 'p1' });
    const later = plan(advance(step, more), { ...bounds, startedAt: 5_000_000 })!;
    expect(later.scan).toEqual({ kind: 'all', position: 'p1' });
    expect(advance(later, last)).toEqual({ kind: 'live', watermark: 1_000_000 });
  });

  it('reads changes in a closed window that reaches back by the overlap, and claims less than it read', () => {
    const live: Checkpoint = { kind: 'live', watermark: 500_000, archivedReadAt: 1_000_000 };
    const step = plan(live, bounds)!;
    expect(step.scan).toEqual({ kind: 'changes', from: -400_000, until: 1_001_000 });
    expect(completeUpTo(advance(step, last))).toBe(940_000);
  });

  it('finishes the window that an earlier run left open before it opens another', () => {
    const step = plan({ kind: 'live', watermark: 500_000 }, bounds)!;
    const open = advance(step, more);
    expect(completeUpTo(open)).toBe(500_000);
    const resumed = plan(open, { ...bounds, startedAt: 9_000_000 })!;
    expect(resumed.scan).toEqual({ kind: 'changes', from: -400_000, until: 1_001_000, position: 'p1' });
    const next = plan(advance(resumed, last), { ...bounds, startedAt: 9_000_000 })!;
    expect(next.scan).toMatchObject({ kind: 'changes', until: 9_001_000 });
  });

  it('reads the whole recycle bin once a run, and never resumes half of it', () => {
    const live: Checkpoint = { kind: 'live', watermark: 940_000 };
    const step = plan(live, bounds)!;
    expect(step.scan).toEqual({ kind: 'archived' });
    expect(advance(step, more)).toEqual(live);
    expect(plan(advance(step, last), bounds)).toBeUndefined();
    expect(plan(advance(step, last), { ...bounds, startedAt: 1_000_001, lag: 60_001 })?.scan.kind).toBe(
      'archived',
    );
    expect(
      plan(advance(step, last), { ...bounds, startedAt: 1_000_001, lag: 60_001, archivedEvery: 50 }),
    ).toBeUndefined();
  });

  it('ends every run, whatever is interrupted when, with a watermark that never falls', () => {
    const runs = fc.array(
      fc.record({
        elapsed: fc.integer({ min: 0, max: 10_000_000 }),
        pages: fc.array(fc.boolean(), { maxLength: 8 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(runs, fc.integer({ min: 0, max: 100_000 }), (schedule, lag) => {
        let checkpoint: Checkpoint | undefined;
        let now = 1_000_000_000;
        let claimed = Number.NEGATIVE_INFINITY;
        for (const run of schedule) {
          now += run.elapsed;
          const limits = { ...bounds, lag, startedAt: now };
          let steps = 0;
          for (const goesOn of [...run.pages, true, true, true, true]) {
            const step = plan(checkpoint, limits);
            if (step === undefined) break;
            checkpoint = advance(step, goesOn ? last : more);
            const claim = completeUpTo(checkpoint) ?? Number.NEGATIVE_INFINITY;
            expect(claim).toBeGreaterThanOrEqual(claimed);
            expect(claim).toBeLessThanOrEqual(now);
            claimed = claim;
            steps++;
          }
          expect(steps).toBeLessThanOrEqual(run.pages.length + 4);
          expect(plan(checkpoint, limits)).toBeUndefined();
        }
      }),
      { numRuns: 500 },
    );
  });
});
