import { describe, expect, it, onTestFinished } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { openApp } from '../../src/app/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import { silentLog, systemClock, type Clock } from '../../src/service.ts';
import { emptyFolder, keyway } from '../cli/run-keyway.ts';
import { withReceiver, type Receiver } from '../notify/receiver.ts';
import { withDatabase, type TestDatabase } from '../support/postgres.ts';
import { environment, type Environment, hurried, withSandbox } from './account.ts';

interface World {
  readonly database: TestDatabase;
  readonly receiver: Receiver;
  readonly env: Environment;
}

/** A warehouse in which somebody else is at work. */
async function withWorld(): Promise<World> {
  const sandbox = await withSandbox();
  const [database, receiver] = [await withDatabase(), await withReceiver()];
  const env: Environment = {
    ...environment(sandbox, database),
    ...hurried,
    KEYWAY_PIPELINES: 'owners',
    KEYWAY_NOTIFY__WEBHOOK: receiver.url,
    KEYWAY_NOTIFY__ABOUT: 'failure',
  };
  expect(await keyway(['sync'], { env })).toMatchObject({ exitCode: 0 });
  return { database, receiver, env };
}

const speed = 20;
const zero = Date.now();
const clock: Clock = {
  now: () => zero + (Date.now() - zero) * speed,
  sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
};

/** Resolves with what a worker has ended for. It is told when it stands by. */
async function lifeOf(env: Environment, standingBy: () => Promise<unknown>): Promise<unknown> {
  const settings = readSettings({ env, cwd: emptyFolder(), known: knownNames });
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const app = openApp(settings, { log: silentLog, signal: stop.signal, command: 'worker', clock });
  const working = app.work({
    onHangUp: () => undefined,
    reread: () => Promise.reject(new Error('nobody asks for it')),
    watch: () => ({ on: () => undefined, close: () => undefined }),
    onEvent: ({ kind }) => void (kind === 'standing by' && standingBy()),
  });
  return working.catch((error: unknown) => error);
}

const newer = (database: TestDatabase): Promise<unknown> =>
  database.query("insert into keyway.migrations values ('9999_future', now()::text)");
const taken = (database: TestDatabase): Promise<unknown> =>
  database.query(
    "insert into keyway.leases (name, holder, label, expires_at) values ('sync', 'elsewhere/1/x', 'x', now() + interval '1 hour')",
  );

describe('a worker that ends for good', { timeout: 60_000 }, () => {
  it('when it takes over tells why, and writes nothing where a newer one has written', async () => {
    const { database, receiver, env } = await withWorld();
    await taken(database);
    const error = await lifeOf(env, async () => {
      await newer(database);
      await database.query('delete from keyway.leases');
    });
    expect(error).toMatchObject({ code: 'warehouse_newer' });
    expect(receiver.texts).toEqual([
      expect.stringMatching(/^\*Keyway: something did not sync\*\n• Nothing syncs: .*\(warehouse_newer\)$/),
    ]);
    expect(await database.query('select id from keyway.notices')).toEqual([]);
  });

  it('waits for the webhook for seconds alone', async () => {
    const { database, receiver, env } = await withWorld();
    receiver.answer = () => undefined;
    await taken(database);
    let since = Infinity;
    const error = await lifeOf(env, async () => {
      await newer(database);
      await database.query('delete from keyway.leases');
      since = clock.now();
    });
    expect(error).toMatchObject({ code: 'warehouse_newer' });
    expect(receiver.texts).toHaveLength(1);
    // It has looked at the lease meanwhile, each quarter of a minute.
    expect(clock.now() - since).toBeLessThan(120_000);
  });

  it('at once tells nobody: one that is started over and over would each time', async () => {
    const { database, receiver, env } = await withWorld();
    await newer(database);
    const error = await lifeOf(env, () => Promise.resolve());
    expect(error).toMatchObject({ code: 'warehouse_newer' });
    expect(receiver.texts).toEqual([]);
  });
});
