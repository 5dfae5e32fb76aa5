import { knownNames } from '../../src/app/select-pipelines.ts';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { openApp } from '../../src/app/index.ts';
import { type Clock, silentLog, systemClock } from '../../src/service.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox, wrong } from './account.ts';

const hour = 3_600_000;
const year = 365 * 24 * hour;

/** Tells another time than it is; waits take as long as they should. */
function shifted(by: () => number): Clock {
  return { now: () => systemClock.now() + by(), sleep: (ms, signal) => systemClock.sleep(ms, signal) };
}

it('a machine’s clock that is a year off, or jumps by an hour within a run, loses nothing and claims nothing wrong', async () => {
  const [sandbox, database] = [await withSandbox({ contacts: 150 }), await withDatabase()];
  const settings = readSettings({
    env: { ...environment(sandbox, database), ...hurried, KEYWAY_SYNC__SWEEP_EVERY: '0' },
    cwd: tmpdir(),
    known: knownNames,
  });
  let looks = 0;
  const clocks = [
    shifted(() => year),
    shifted(() => -year),
    shifted(() => (looks++ % 7 < 3 ? hour : -hour)),
    systemClock,
  ];
  for (const clock of clocks) {
    sandbox.world.churn({ steps: 30 });
    sandbox.clock.advance(10 * 60_000);
    const { signal } = new AbortController();
    const app = openApp(settings, { log: silentLog, signal, command: 'sync', clock });
    const { run, pipelines } = await app.sync({ pipelines: [] });
    expect(run.outcome).toBe('complete');
    const now = sandbox.clock.now();
    for (const { completeUpTo = 0 } of pipelines) {
      expect(completeUpTo).toBeLessThanOrEqual(now);
      expect(completeUpTo).toBeGreaterThan(now - 2 * hour);
    }
    expect(await wrong(database, sandbox)).toEqual([]);
  }
});
