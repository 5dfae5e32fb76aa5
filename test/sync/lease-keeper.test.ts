import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog, type Clock } from '../../src/service.ts';
import { keepLease } from '../../src/sync/index.ts';
import type { LeaseKeeper } from '../../src/sync/lease-keeper.ts';
import { bigqueryLimits } from '../../src/warehouse/bigquery/limits.ts';
import { postgresLimits } from '../../src/warehouse/postgres/limits.ts';
import type { LeasePace } from '../../src/limits.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { memoryState, openMemoryWarehouse, type MemoryState } from '../support/memory/index.ts';

const paces = { Postgres: postgresLimits.lease, BigQuery: bigqueryLimits.lease };

describe.each(Object.entries(paces))('a lease at the pace of %s', (_, lease) => {
  it('never expires while its holder lives, though one renewal may fail and each may take seconds', async () => {
    const world = theWorld(lease);
    const flaky = world.process({ takes: 4_000, fails: (asked) => asked % 2 === 1 });
    const keeper = await world.keep(flaky);
    for (let second = 0; second < 600; second++) {
      await world.pass(1_000);
      expect(world.state.leases.get('sync')?.expiresAt).toBeGreaterThan(world.now());
    }
    expect(keeper.lost.aborted).toBe(false);
    expect(flaky.asked).toBeGreaterThan(20);
  });

  it('passes to a run that waits within a minute after its holder was killed, however fast it answers', async () => {
    const world = theWorld(lease);
    const killed = world.process({ takes: 2_000 });
    await world.keep(killed);
    await world.pass(120_000);
    killed.kill();
    const since = world.now();
    await world.keep(world.process({ takes: 4_000 }));
    expect(world.now() - since).toBeLessThan(60_000);
  });

  it('is waited for by one that stands by for as long as its holder lives, and taken within a minute after that was killed', async () => {
    const world = theWorld(lease);
    const killed = world.process({ takes: 2_000 });
    await world.keep(killed);
    const other = world.process({ takes: 2_000 });
    const standing = world.standBy(other);
    await world.pass(600_000);
    expect(standing).toEqual([]);
    killed.kill();
    await world.pass(60_000);
    expect(standing).toHaveLength(1);
    // Not so often that it would cost more than the work.
    expect(other.asked).toBeLessThan(80);
  });

  it('passes to one that stands by soon after it was given back', async () => {
    const world = theWorld(lease);
    const keeper = await world.keep(world.process({ takes: 200 }));
    const standing = world.standBy(world.process({ takes: 200 }));
    await world.pass(100_000);
    const released = keeper.release();
    await world.pass(lease.renewEvery + 1_000);
    await released;
    expect(standing).toHaveLength(1);
  });

  it.each([0, 3])(
    'is given up for lost about when another may have it, after %i renewals',
    async (renewals) => {
      const world = theWorld(lease);
      const process = world.process({ takes: 8_000, fails: (asked) => asked > renewals });
      const keeper = await world.keep(process);
      while (process.granted <= renewals) await world.pass(100);
      const left = world.state.leases.get('sync')!.expiresAt - world.now();
      await world.pass(left - 8_000);
      expect(keeper.lost.aborted).toBe(false);
      await world.pass(11_000);
      expect(keeper.lost.reason).toMatchObject({ code: 'lease_held' });
    },
  );
});

interface Process {
  readonly warehouse: Warehouse;
  /** How often the warehouse was asked for a lease. */
  asked: number;
  /** How often it has answered that it is given. */
  granted: number;
  kill(): void;
}

interface Manner {
  /** Milliseconds that the warehouse takes, half of them before it has decided. */
  readonly takes: number;
  readonly fails?: (asked: number) => boolean;
}

interface World {
  readonly state: MemoryState;
  now(): number;
  /** Time passes only here, and while a lease is being waited for. */
  pass(ms: number): Promise<void>;
  process(manner: Manner): Process;
  keep(process: Process): Promise<LeaseKeeper>;
  /** What it has got so far. */
  standBy(process: Process): readonly LeaseKeeper[];
}

/** Time that passes when it is told to. */
function theWorld(lease: LeasePace): World {
  let now = 1_800_000_000_000;
  let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  const stopped = new AbortController();
  onTestFinished(() => stopped.abort());
  const time = (): number => now;
  const clock: Clock = {
    now: time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.push(sleeper);
        for (const each of [signal, stopped.signal])
          each?.addEventListener('abort', () => reject(new Error('woken')));
      }),
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await setImmediate();
  };
  const state = memoryState(time);
  const keeping = (process: Process, standBy?: () => void): readonly LeaseKeeper[] => {
    const kept: LeaseKeeper[] = [];
    const parts = { warehouse: process.warehouse, clock, log: silentLog, ...(standBy && { standBy }) };
    keepLease(parts, 'test', stopped.signal).then(
      (keeper) => kept.push(keeper),
      () => undefined,
    );
    return kept;
  };
  return {
    state,
    standBy: (process) => keeping(process, () => undefined),
    now: time,
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        await settle();
        const next = Math.min(...sleepers.map(({ until }) => until));
        if (next > end) break;
        now = next;
        for (const { until, wake } of sleepers) if (until <= now) wake();
        sleepers = sleepers.filter(({ until }) => until > now);
      }
      now = end;
    },
    process({ takes, fails = () => false }) {
      const warehouse = openMemoryWarehouse({ state, limits: { lease } });
      let alive = true;
      const process: Process = {
        asked: 0,
        granted: 0,
        kill: () => void (alive = false),
        warehouse: {
          ...warehouse,
          async takeLease(wanted) {
            const asked = process.asked++;
            await clock.sleep(takes / 2);
            if (!alive) return new Promise(() => undefined);
            if (fails(asked)) throw new Error('unreachable');
            const grant = await warehouse.takeLease(wanted);
            await clock.sleep(takes / 2);
            process.granted++;
            return grant;
          },
        },
      };
      return process;
    },
    async keep(process) {
      const kept = keeping(process);
      while (kept[0] === undefined) await this.pass(100);
      return kept[0];
    },
  };
}
