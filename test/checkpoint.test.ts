import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeUpTo, fillColumns, type Checkpoint, type Live } from '../src/checkpoint.ts';
import { advance, plan, type PlanBounds } from '../src/plan.ts';

const hour = 3_600_000;
const now = 100 * hour;
const bounds: PlanBounds = {
  startedAt: now,
  lag: 60_000,
  overlap: 900_000,
  settleAfter: hour,
  archivedEvery: 20 * hour,
  sweepEvery: 24 * hour,
  listed: false,
};
const more = { position: 'p1', last: false, read: 100 };
const last = { position: 'end', last: true, read: 150 };
const horizon = 24 * hour;

/** All that is asked for in a run, each scan going through at once. */
function runThrough(checkpoint: Checkpoint | undefined, limits: PlanBounds, inBin = 0) {
  const tasks: string[] = [];
  const windows: object[] = [];
  for (let current = checkpoint; ;) {
    const step = plan(current, limits);
    if (step === undefined) return { tasks, windows, checkpoint: current };
    tasks.push(step.task);
    if (step.scan?.kind === 'changes') windows.push({ from: step.scan.from, until: step.scan.until });
    if (step.task === 'bin') expect(advance(step, more)).toEqual(step.checkpoint);
    current = advance(step, { ...last, read: inBin });
  }
}

function live(watermark: number, settled: number, rest: object = {}): Checkpoint {
  const bin = { startedAt: watermark, side: 'after', records: 5 } as const;
  return { kind: 'live', watermark, settled, bin, swept: now - hour, ...rest };
}

describe('a checkpoint', () => {
  it('begins with a full load that remembers when it started, not when it ends', () => {
    const step = plan(plan(undefined, bounds)!.done, bounds)!;
    expect(step.scan).toEqual({ kind: 'all' });
    const halfway = advance(step, more);
    expect(halfway).toMatchObject({ kind: 'loading', startedAt: now, position: 'p1' });
    const later = plan(halfway, { ...bounds, startedAt: now + hour })!;
    expect(later.scan).toEqual({ kind: 'all', position: 'p1' });
    const loaded = advance(later, last);
    expect(loaded).toMatchObject({ kind: 'live', watermark: now - 60_000, settled: now - hour, swept: now });
    // The list may show a record as it was a while ago.
    expect(completeUpTo(loaded)).toBe(now - hour);
  });

  it('reads changes from before the watermark to beyond now, and claims less than it read', () => {
    const { windows, checkpoint } = runThrough(live(now - 300_000, now - hour), bounds);
    expect(windows).toEqual([{ from: now - 300_000 - 900_000, until: now + horizon }]);
    expect(checkpoint).toMatchObject({ watermark: now - 60_000 });
    expect(completeUpTo(checkpoint)).toBe(now - hour);
  });

  it('lists what is newer than the newest id before it claims changes, once in a run', () => {
    const newest = { id: '90', listedAt: now - hour };
    const before = live(now - 300_000, now - hour, { newest, bin: { startedAt: now, side: 'before' } });
    const step = plan(before, bounds)!;
    expect(step).toMatchObject({ task: 'newest', scan: { kind: 'all', fromId: '90' } });
    const halfway = advance(step, { ...more, highest: '110' });
    expect(plan(halfway, bounds)).toMatchObject({ task: 'newest', scan: { fromId: '110' } });
    const listed = advance(plan(halfway, bounds)!, { ...last, highest: '0' });
    expect(listed).toMatchObject({ newest: { id: '110', listedAt: now } });
    expect(plan(listed, bounds)).toMatchObject({ task: 'changes' });
  });

  it('knows the newest id from a load and from a sweep', () => {
    const load = plan(plan(undefined, bounds)!.done, bounds)!;
    const halfway = plan(advance(load, { ...more, highest: '120' }), bounds)!;
    expect(advance(halfway, { ...last, highest: '0' })).toMatchObject({
      newest: { id: '120', listedAt: now },
    });
    const due = live(now - 60_000, now - hour, { swept: 0, bin: { startedAt: now, side: 'after' } });
    const sweep = plan(due, bounds)!;
    const part = advance(sweep, { ...more, afterId: '130', highest: '130' });
    expect(advance(plan(part, bounds)!, { ...last, highest: '9' })).toMatchObject({
      newest: { id: '130', listedAt: now },
    });
  });

  it('reads each window once more when an hour has passed, and only then claims it', () => {
    const { windows, checkpoint } = runThrough(
      live(now - 300_000, now - hour - 300_000, { swept: now }),
      bounds,
    );
    expect(windows).toEqual([
      { from: now - hour - 300_000, until: now - hour },
      { from: now - 300_000 - 900_000, until: now + horizon },
    ]);
    expect(completeUpTo(checkpoint)).toBe(now - hour);
  });

  it('reads one window where the settled one and the recent one touch, as in a nightly', () => {
    const { windows, checkpoint } = runThrough(live(now - 24 * hour, now - 25 * hour), bounds);
    expect(windows).toEqual([{ from: now - 25 * hour, until: now + horizon }]);
    expect(checkpoint).toMatchObject({ watermark: now - 60_000, settled: now - hour });
  });

  it('leaves no instant out of both windows, whenever the runs are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 * hour }), { minLength: 2, maxLength: 20 }),
        (gaps) => {
          let checkpoint: Checkpoint | undefined = live(now, now);
          let startedAt = now;
          let settled = now;
          for (const gap of gaps) {
            startedAt += gap;
            // A sweep settles everything.
            const limits = { ...bounds, startedAt, sweepEvery: Number.POSITIVE_INFINITY };
            const { windows, ...run } = runThrough(checkpoint, limits);
            // What settles in this run was read in this run, from where the last one had settled.
            for (const { from, until } of windows as { from: number; until: number }[]) {
              const end = Math.min(until, startedAt - hour);
              if (from <= settled && end > settled) settled = end;
            }
            expect(completeUpTo(run.checkpoint)).toBeLessThanOrEqual(settled);
            ({ checkpoint } = run);
          }
        },
      ),
    );
  });

  it('goes on from what a version wrote that knew no settling', () => {
    const old: Checkpoint = {
      kind: 'live',
      watermark: now - 300_000,
      bin: { startedAt: now, side: 'after' },
    };
    expect(completeUpTo(old)).toBe(now - 300_000);
    const { windows } = runThrough(old, bounds);
    expect(windows[0]).toEqual({ from: now - 300_000 - hour, until: now - hour });
  });

  it('finishes the window that an earlier run left open before it opens another', () => {
    const bin = { startedAt: now - 1, side: 'after', records: 5000 } as const;
    const step = plan(live(now - 300_000, now - hour, { bin }), bounds)!;
    const open = advance(step, more);
    expect(completeUpTo(open)).toBe(now - hour);
    const later = { ...bounds, startedAt: now + 9 * hour };
    const resumed = plan(open, later)!;
    expect(resumed.scan).toEqual({ ...step.scan, position: 'p1' });
    expect(plan(advance(resumed, last), later)?.scan).toMatchObject({ until: now + 9 * hour + horizon });
  });

  it('fills columns when all else is up to date, and claims no more until then than it did before', () => {
    const first = fillColumns(live(now - 300_000, now - hour) as Live, ['size']);
    const later = { ...bounds, startedAt: now + 2 * hour };
    const { tasks, checkpoint } = runThrough(first, later);
    expect(tasks).toEqual(['bin', 'changes', 'bin', 'fill']);
    expect(completeUpTo(checkpoint)).toBe(now + hour);
    const step = plan(
      live(now + 2 * hour, now + 2 * hour, { fill: { columns: ['size'], since: 1 } }),
      later,
    )!;
    const halfway = advance(step, { ...more, afterId: '77' });
    expect(halfway).toMatchObject({ fill: { columns: ['size'], since: 1, afterId: '77' } });
    expect(completeUpTo(halfway)).toBe(1);
    // Rows before the 77th have no length yet.
    expect(fillColumns(halfway as Live, ['length'])).toMatchObject({
      fill: { columns: ['size', 'length'], since: 1 },
    });
    expect(fillColumns(halfway as Live, ['length'])).not.toMatchObject({ fill: { afterId: '77' } });
  });

  it('goes on with a load that is under way, and fills what it began without; one that is not, has all', () => {
    const loading = { kind: 'loading', startedAt: now, bin: { startedAt: now, side: 'before' } } as const;
    expect(fillColumns(loading, ['size'])).toEqual(loading);
    const underWay = fillColumns({ ...loading, position: 'p1' }, ['size']);
    expect(plan(underWay, bounds)?.scan).toEqual({ kind: 'all', position: 'p1' });
    const { tasks, checkpoint } = runThrough(underWay, bounds);
    expect(tasks).toEqual(['load', 'bin', 'fill']);
    expect(checkpoint).not.toHaveProperty('fill');
  });

  it('reads a small recycle bin before and after each scan of a run, always from its start', () => {
    const first = runThrough(undefined, bounds, 1000);
    expect(first.tasks).toEqual(['bin', 'load', 'bin']);
    const second = runThrough(first.checkpoint, { ...bounds, startedAt: now + 2 * hour }, 1000);
    expect(second.tasks).toEqual(['bin', 'changes', 'bin']);
  });

  it('reads a large recycle bin after a scan, and only when it is due', () => {
    const { checkpoint, tasks } = runThrough(undefined, bounds, 1001);
    expect(tasks).toEqual(['bin', 'load', 'bin']);
    const soon = { ...bounds, startedAt: now + hour };
    expect(runThrough(checkpoint, soon, 1001).tasks).toEqual(['changes']);
    const late = { ...bounds, startedAt: now + 20 * hour };
    expect(runThrough(checkpoint, late, 1001).tasks).toEqual(['changes', 'bin']);
    const asked = { ...soon, archivedEvery: 0 };
    expect(runThrough(checkpoint, asked, 1001).tasks).toEqual(['changes', 'bin']);
  });

  it('reads the recycle bin before it looks for what became of rows, however large and lately read it is', () => {
    const bin = { startedAt: now - hour, side: 'after', records: 5000 } as const;
    const sweeping = live(now, now, { bin, swept: now - 25 * hour });
    expect(runThrough(sweeping, bounds, 5000).tasks).toEqual(['bin', 'sweep']);
    const filling = live(now, now, { bin, fill: { columns: ['size'] } });
    expect(runThrough(filling, bounds, 5000).tasks).toEqual(['bin', 'fill']);
    expect(runThrough(live(now, now, { bin }), bounds, 5000).tasks).toEqual([]);
  });

  it('looks for what has settled from where the search index has surely come to', () => {
    const shown = { shown: now - 9 * hour, bin: { startedAt: now, side: 'before' } };
    const step = plan(live(now - 300_000, now - 2 * hour, { ...shown, swept: 0 }), bounds)!;
    const index = { before: now - hour, known: now - 9 * hour };
    expect(step.scan).toMatchObject({ from: now - 9 * hour + 1, until: now - hour, index });
    const halfway = advance(step, { ...more, shown: now - 3 * hour });
    expect(halfway).toMatchObject({ shown: now - 9 * hour, window: { shown: now - 3 * hour } });
    expect(advance(plan(halfway, bounds)!, { ...last, shown: now - 3 * hour })).toMatchObject({
      shown: now - 3 * hour,
      settled: now - hour,
    });
    const recent = plan(live(now - 300_000, now - hour, shown), bounds)!;
    expect(recent.scan).toMatchObject({ index: { before: now - 60_000 } });
    expect(advance(recent, last)).toMatchObject({ shown: now - 9 * hour });
    expect(advance(recent, { ...last, shown: now - hour })).toMatchObject({ shown: now - hour });
    const swept = live(now - 300_000, now - 2 * hour, { ...shown, swept: now - 4 * hour });
    expect(plan(swept, bounds)!.scan).toMatchObject({ from: now - 5 * hour });
  });

  it('sweeps instead of searching where everything is listed, and claims what it has seen', () => {
    const { tasks, checkpoint } = runThrough(live(now - 300_000, now - hour), { ...bounds, listed: true });
    expect(tasks).toEqual(['bin', 'sweep', 'bin']);
    expect(checkpoint).toMatchObject({ watermark: now - 60_000, settled: now - hour, swept: now });
    expect(completeUpTo(checkpoint)).toBe(now - hour);
    const window = { from: 1, until: 2, watermark: 2 };
    const before = live(now - 300_000, now - hour, { window });
    expect(runThrough(before, { ...bounds, listed: true }).checkpoint).not.toHaveProperty('window');
  });

  it('claims with any sweep what was changed before it began, and never less than before', () => {
    const late = live(now + 5, now + 5, { swept: 0 });
    expect(runThrough(late, bounds).checkpoint).toMatchObject({
      watermark: now + 5,
      settled: now + 5,
      swept: now,
    });
  });

  it('sweeps when that is due, and goes on with a sweep that was left', () => {
    const before = live(now, now, { swept: now - 24 * hour, bin: { startedAt: now, side: 'after' } });
    const step = plan(before, bounds)!;
    expect(step).toMatchObject({ task: 'sweep', scan: { kind: 'all' } });
    const halfway = advance(step, { ...more, afterId: '77' });
    expect(halfway).toMatchObject({ sweep: { startedAt: now, position: 'p1', afterId: '77' } });
    const resumed = plan(halfway, bounds)!;
    expect(resumed).toMatchObject({ task: 'sweep', scan: { kind: 'all', position: 'p1' } });
    const swept = advance(resumed, last);
    expect(swept).toMatchObject({ swept: now });
    expect(swept).not.toHaveProperty('sweep');
    expect(plan(swept, bounds)).toBeUndefined();
  });

  it('ends every run, whatever is interrupted when, with a claim that never falls', () => {
    const runs = fc.array(
      fc.record({
        elapsed: fc.integer({ min: 0, max: 30 * hour }),
        pages: fc.array(fc.boolean(), { maxLength: 8 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(runs, fc.integer({ min: 0, max: 100_000 }), (schedule, lag) => {
        let checkpoint: Checkpoint | undefined;
        let startedAt = 1_000_000_000;
        let claimed = Number.NEGATIVE_INFINITY;
        for (const run of schedule) {
          startedAt += run.elapsed;
          const limits = { ...bounds, lag, startedAt };
          let steps = 0;
          for (const goesOn of [...run.pages, ...Array.from({ length: 8 }, () => true)]) {
            const step = plan(checkpoint, limits);
            if (step === undefined) break;
            checkpoint = advance(step, goesOn ? last : more);
            const claim = completeUpTo(checkpoint) ?? Number.NEGATIVE_INFINITY;
            expect(claim).toBeGreaterThanOrEqual(claimed);
            expect(claim).toBeLessThanOrEqual(startedAt);
            claimed = claim;
            steps++;
          }
          expect(steps).toBeLessThanOrEqual(run.pages.length + 8);
          expect(plan(checkpoint, limits)).toBeUndefined();
        }
      }),
      { numRuns: 500 },
    );
  });
});
