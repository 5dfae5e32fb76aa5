import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, completeUpTo, plan, type Checkpoint, type PlanBounds } from '../src/checkpoint.ts';

const bounds: PlanBounds = { startedAt: 1_000_000, lag: 60_000, overlap: 900_000, archivedEvery: 0 };
const more = { position: 'p1', last: false };
const sixPages = [true, true, true, true, true, true];
const last = { position: 'end', last: true };

describe('a checkpoint', () => {
  const read = (startedAt: number, side: 'before' | 'after' = 'after') => ({ bin: { startedAt, side } });

  it('begins with a full load that remembers when it started, not when it ends', () => {
    const binFirst = plan(undefined, bounds)!;
    expect(binFirst.scan).toEqual({ kind: 'archived' });
    const step = plan(binFirst.done, bounds)!;
    expect(step.scan).toEqual({ kind: 'all' });
    const halfway = advance(step, more);
    expect(halfway).toMatchObject({ kind: 'loading', startedAt: 1_000_000, position: 'p1' });
    const later = plan(halfway, { ...bounds, startedAt: 5_000_000 })!;
    expect(later.scan).toEqual({ kind: 'all', position: 'p1' });
    expect(advance(later, last)).toMatchObject({ kind: 'live', watermark: 1_000_000 });
  });

  it('reads changes from before the watermark to beyond now, and claims less than it read', () => {
    const step = plan({ kind: 'live', watermark: 500_000, ...read(1_000_000) }, bounds)!;
    expect(step.scan).toEqual({ kind: 'changes', from: -400_000, until: 87_400_000 });
    expect(completeUpTo(advance(step, last))).toBe(940_000);
  });

  it('finishes the window that an earlier run left open before it opens another', () => {
    const step = plan({ kind: 'live', watermark: 500_000, ...read(1_000_000) }, bounds)!;
    const open = advance(step, more);
    expect(completeUpTo(open)).toBe(500_000);
    const later = { ...bounds, startedAt: 9_000_000, archivedEvery: 1e9 };
    const resumed = plan(open, later)!;
    expect(resumed.scan).toEqual({ kind: 'changes', from: -400_000, until: 87_400_000, position: 'p1' });
    expect(plan(advance(resumed, last), later)?.scan).toMatchObject({ kind: 'changes', until: 95_400_000 });
  });

  it('reads the recycle bin before and after each scan of a run, always from its start', () => {
    const scans: string[] = [];
    let checkpoint: Checkpoint | undefined;
    for (const startedAt of [1_000_000, 2_000_000]) {
      for (;;) {
        const step = plan(checkpoint, { ...bounds, startedAt });
        if (step === undefined) break;
        scans.push(step.scan.kind);
        if (step.scan.kind === 'archived') expect(advance(step, more)).toEqual(step.checkpoint);
        checkpoint = advance(step, last);
      }
    }
    expect(scans).toEqual(['archived', 'all', 'archived', 'archived', 'changes', 'archived']);
  });

  it('leaves the recycle bin alone until it is due', () => {
    const live: Checkpoint = { kind: 'live', watermark: 940_000, ...read(999_900) };
    expect(plan(live, bounds)?.scan.kind).toBe('archived');
    expect(plan(live, { ...bounds, archivedEvery: 101 })).toBeUndefined();
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
          for (const goesOn of [...run.pages, ...sixPages]) {
            const step = plan(checkpoint, limits);
            if (step === undefined) break;
            checkpoint = advance(step, goesOn ? last : more);
            const claim = completeUpTo(checkpoint) ?? Number.NEGATIVE_INFINITY;
            expect(claim).toBeGreaterThanOrEqual(claimed);
            expect(claim).toBeLessThanOrEqual(now);
            claimed = claim;
            steps++;
          }
          expect(steps).toBeLessThanOrEqual(run.pages.length + 6);
          expect(plan(checkpoint, limits)).toBeUndefined();
        }
      }),
      { numRuns: 500 },
    );
  });
});
