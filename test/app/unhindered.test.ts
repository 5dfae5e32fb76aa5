import { expect, it, onTestFinished } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { openApp } from '../../src/app/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import { unhindered } from '../../src/app/unhindered.ts';
import type { WorkerEvent } from '../../src/app/worker-event.ts';
import { silentLog, systemClock, type Log } from '../../src/service.ts';
import { emptyFolder } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox } from './account.ts';
import { yearly } from './worker-process.ts';

/** A log that keeps what went wrong. */
function errorLog(): { readonly log: Log; readonly errors: readonly object[] } {
  const errors: object[] = [];
  const log: Log = { ...silentLog, error: (facts: object) => void errors.push(facts), child: () => log };
  return { log, errors };
}

it('what an onlooker throws is logged once per kind of event and of error, and hinders nobody', () => {
  const { log, errors } = errorLog();
  const heard: string[] = [];
  const look = unhindered(
    'metrics',
    ({ kind, amount }: { kind: string; amount: number }) => {
      heard.push(kind);
      if (Number.isNaN(amount)) throw new TypeError(`no number at ${heard.length}`);
      if (amount < 0) throw new RangeError('less than nothing');
    },
    log,
  );
  for (const kind of ['asked', 'asked', 'waited'])
    for (const amount of [1, Number.NaN, -1]) look({ kind, amount });
  expect(heard).toHaveLength(9);
  const what = (event: string, reason: string): object => ({
    who: 'metrics',
    event,
    reason: expect.stringContaining(reason),
  });
  expect(errors).toEqual([
    what('asked', 'no number at 2'),
    what('asked', 'less than nothing'),
    what('waited', 'no number at 8'),
    what('waited', 'less than nothing'),
  ]);
});

it('a worker syncs and stops as ever while an onlooker throws at each event', async () => {
  const [sandbox, database] = [await withSandbox(), await withDatabase()];
  const env = { ...environment(sandbox, database), ...hurried, ...yearly, KEYWAY_PIPELINES: 'owners' };
  const { log, errors } = errorLog();
  const stop = new AbortController();
  const settings = readSettings({ env, cwd: emptyFolder(), known: knownNames });
  const app = openApp(settings, { log, signal: stop.signal, command: 'worker', clock: systemClock });
  const kinds = new Set<WorkerEvent['kind']>();
  const working = app.work({
    onHangUp: () => undefined,
    reread: () => Promise.reject(new Error('nobody asks for it')),
    watch: () => ({ on: () => undefined, close: () => undefined }),
    onEvent({ kind }) {
      kinds.add(kind);
      if (kind === 'idle') stop.abort();
      throw new Error('it sees badly');
    },
  });
  onTestFinished(() => stop.abort());
  await working;
  expect([...kinds]).toEqual(['at work', 'begun', 'progress', 'ended', 'idle', 'left']);
  expect(errors).toHaveLength(kinds.size);
  expect(await database.query('select outcome from keyway.runs')).toEqual([{ outcome: 'complete' }]);
});
