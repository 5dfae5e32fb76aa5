import { knownNames } from '../../src/app/select-pipelines.ts';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { type App, openApp } from '../../src/app/index.ts';
import { type Clock, silentLog, systemClock } from '../../src/service.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox, wrong } from './account.ts';
import { storedClaims, trusting } from './kept-claims.ts';

const hour = 3_600_000;
const year = 365 * 24 * hour;

/** Tells another time than it is; waits take as long as they should. */
function shifted(by: () => number): Clock {
  return { now: () => systemClock.now() + by(), sleep: (ms, signal) => systemClock.sleep(ms, signal) };
}

it('a machine’s clock that is a year off, or jumps by an hour within a run, loses nothing and claims nothing wrong', async () => {
  const [sandbox, database] = [await withSandbox({ contacts: 150 }), await withDatabase()];
  const settings = readSettings({
    env: { ...environment(sandbox, database), ...hurried, ...trusting },
    cwd: tmpdir(),
    known: knownNames,
  });
  const sync = async (clock: Clock, sweepEvery = settings.sync.sweepEvery): ReturnType<App['sync']> => {
    const { signal } = new AbortController();
    const given = { ...settings, sync: { ...settings.sync, sweepEvery } };
    return openApp(given, { log: silentLog, signal, command: 'sync', clock }).sync({ pipelines: [] });
  };
  let looks = 0;
  const clocks = [
    shifted(() => year),
    shifted(() => -year),
    shifted(() => (looks++ % 7 < 3 ? hour : -hour)),
    systemClock,
  ];
  for (const clock of clocks) {
    sandbox.world.churn({ steps: 30 });
    const worked = sandbox.clock.now();
    sandbox.clock.advance(1.5 * hour);
    const { run, pipelines } = await sync(clock);
    expect(run.outcome).toBe('complete');
    const now = sandbox.clock.now();
    for (const { completeUpTo = 0 } of pipelines) expect(completeUpTo).toBeLessThanOrEqual(now);
    const { broken, claims } = await storedClaims(database, sandbox);
    expect(broken).toEqual([]);
    for (const claim of claims.values()) expect(claim).toBeGreaterThan(worked);
  }
  await sync(systemClock, 0);
  expect(await wrong(database, sandbox)).toEqual([]);
});
