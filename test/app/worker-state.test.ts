import { describe, expect, it } from 'vitest';
import type { BackfillCheckpoint } from '../../src/checkpoint.ts';
import type { WorkerEvent } from '../../src/app/worker-event.ts';
import { nextState } from '../../src/app/worker-state.ts';
import { noCounts } from '../../src/run.ts';
import type { WorkerState } from '../../src/status-page/index.ts';

const start: WorkerState = { state: 'starting', since: 0 };
const after = (...events: readonly WorkerEvent[]): WorkerState =>
  events.reduce((state, event, n) => nextState(state, event, n + 1), start);

const begun: WorkerEvent = { kind: 'begun', runId: 'r1' };
const progress = (progress: Extract<WorkerEvent, { kind: 'progress' }>['progress']): WorkerEvent => ({
  kind: 'progress',
  runId: 'r1',
  progress,
});
const ended = { kind: 'ended', report: { run: { id: 'r1' } } } as WorkerEvent;
const backfill = (state: Partial<BackfillCheckpoint>): WorkerEvent => ({
  kind: 'backfill',
  pipeline: 'deals',
  state: { kind: 'backfill', startedAt: 1, phase: 'records', read: 5, expected: 9, ...state },
  endsAt: 77,
});

describe('what a worker does', () => {
  it('is the run under way, with its pipelines in the order in which they began', () => {
    const contacts = { pipeline: 'contacts', phase: 'changes', read: 7 } as const;
    const state = after(
      begun,
      progress({ kind: 'started', pipeline: 'contacts' }),
      progress({ kind: 'started', pipeline: 'deals' }),
      progress({ kind: 'moved', ...contacts, expected: 9 }),
      progress({
        kind: 'finished',
        run: {
          runId: 'r1',
          pipeline: 'deals',
          startedAt: 1,
          outcome: 'failed',
          counts: { ...noCounts, read: 3 },
        },
      }),
    );
    expect(state).toEqual({
      state: 'syncing',
      since: 1,
      run: {
        id: 'r1',
        startedAt: 1,
        pipelines: [
          { ...contacts, outcome: 'running', expected: 9 },
          { pipeline: 'deals', outcome: 'failed', read: 3 },
        ],
      },
    });
  });

  it('is nothing of the run any more once that has ended, but its name', () => {
    expect(after(begun, ended, { kind: 'idle', next: 99 })).toEqual({
      state: 'waiting',
      since: 3,
      next: 99,
      lastRun: 'r1',
    });
  });

  it('is why it waits, and until when', () => {
    const trouble = { code: 'warehouse_unavailable', reason: 'Gone.' } as const;
    expect(after(begun, { kind: 'trouble', ...trouble, until: 5 })).toEqual({
      state: 'in trouble',
      since: 2,
      ...trouble,
      until: 5,
    });
    expect(after({ kind: 'paused', ...trouble, until: 5 }).state).toBe('paused');
    expect(after({ kind: 'failed', ...trouble })).toEqual({ state: 'waiting', since: 1, ...trouble });
    expect(after({ kind: 'failed', ...trouble }, { kind: 'standing by' })).toEqual({
      state: 'standing by',
      since: 2,
    });
  });

  it('is that no run came about until one is begun, however long nothing is due', () => {
    const trouble = { code: 'hubspot_unavailable', reason: 'Gone.' } as const;
    const idle: WorkerEvent = { kind: 'idle', next: 99 };
    const failed: WorkerEvent = { kind: 'failed', ...trouble };
    expect(after(failed, idle, { ...idle, next: 98 })).toEqual({
      state: 'waiting',
      since: 3,
      ...trouble,
      next: 98,
    });
    expect(after(failed, idle, backfill({}))).toMatchObject(trouble);
    expect(after(failed, idle, begun)).not.toHaveProperty('code');
    expect(after(failed, idle, begun, ended, idle)).not.toHaveProperty('code');
    expect(after({ kind: 'paused', ...trouble, until: 5 }, idle)).not.toHaveProperty('code');
  });

  it('is a backfill, too, beside the runs, until that is through or the lease is lost', () => {
    const own = { pipeline: 'deals', read: 5, expected: 9, endsAt: 77 };
    expect(after(backfill({})).backfills).toEqual([own]);
    expect(after(backfill({}), begun, ended, backfill({ read: 6 })).backfills).toEqual([{ ...own, read: 6 }]);
    expect(after(backfill({}), backfill({ finishedAt: 9 })).backfills).toEqual([]);
    expect(after(backfill({}), { kind: 'left', waitFor: () => undefined }).backfills).toBeUndefined();
  });
});
