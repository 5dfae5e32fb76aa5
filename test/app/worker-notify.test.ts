import { describe, expect, it } from 'vitest';
import { everyReadScope, type Sandbox } from '../../src/sandbox/index.ts';
import { withReceiver, type Receiver } from '../notify/receiver.ts';
import { withDatabase, type TestDatabase } from '../support/postgres.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { environment, type Environment, hurried, withSandbox } from './account.ts';
import { startInProcess, type InProcessWorker } from './worker-in-process.ts';
import { everyMinute } from './worker-process.ts';

const minute = 60_000;
const hour = 60 * minute;

interface World {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  readonly receiver: Receiver;
  readonly env: Environment;
}

async function withWorld(speed: number, more: Environment = {}): Promise<World> {
  const sandbox = await withSandbox({ startAt: Date.now(), speed });
  const [database, receiver] = [await withDatabase(), await withReceiver()];
  const env: Environment = {
    ...environment(sandbox, database),
    ...hurried,
    ...everyMinute,
    KEYWAY_PIPELINES: 'contacts,deals',
    KEYWAY_NOTIFY__WEBHOOK: receiver.url,
    KEYWAY_NOTIFY__ABOUT: 'failure,schema,key',
    ...more,
  };
  return { sandbox, database, receiver, env };
}

/** So much of the worker's time goes by. */
async function passing(worker: InProcessWorker, ms: number): Promise<void> {
  const until = worker.clock.now() + ms;
  while (worker.clock.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a worker', { timeout: 120_000 }, () => {
  it('tells of a failure once, as do the worker that takes over and the one after it, and of its end once', async () => {
    const { sandbox, receiver, env } = await withWorld(60);
    const first = await startInProcess(env, 60);
    await first.says(/^run complete/);
    sandbox.faults.add({ kind: 'redirect 302', match: /objects.*deals/ });
    await receiver.gets(/deals failed/);
    const second = await startInProcess(env, 60);
    await second.says(/standing by/);
    await first.says(/^run failed/, 3);
    await first.stop();
    await second.says(/^run failed/, 2);
    await second.stop();
    const third = await startInProcess(env, 60);
    await third.says(/^run failed/, 2);
    expect(receiver.texts).toHaveLength(1);
    sandbox.faults.clear();
    await receiver.gets(/No longer: deals failed/);
    await third.says(/^run complete/, 3);
    await third.stop();
    expect(receiver.texts).toHaveLength(2);
  });

  it('tells of tables that are behind once they are overdue for too long, while nothing syncs', async () => {
    const about = { KEYWAY_NOTIFY__ABOUT: 'failure,staleness', KEYWAY_NOTIFY__STALE_AFTER: '5h' };
    const { sandbox, receiver, env } = await withWorld(2000, about);
    const worker = await startInProcess(env, 2000);
    await worker.says(/^run complete/);
    sandbox.world.keys.revoke();
    await receiver.gets(/Nothing syncs: .*key_refused/);
    const since = worker.clock.now();
    await receiver.gets(/tables are behind/);
    // What is complete lags by an hour, and it looks each hour.
    expect(worker.clock.now() - since).toBeGreaterThan(4.5 * hour);
    expect(worker.clock.now() - since).toBeLessThan(7.5 * hour);
    await passing(worker, 2.5 * hour);
    expect(receiver.texts).toHaveLength(2);
    expect(receiver.texts[1]).toMatch(/• contacts is behind: [^\n]+ UTC only\n• deals is behind/);
    await worker.stop();
    const env2 = { ...env, HUBSPOT_SERVICE_KEY: sandbox.world.keys.add(everyReadScope) };
    const next = await startInProcess(env2, 30);
    await receiver.gets(/No longer: contacts is behind/);
    expect(receiver.texts.join('\n')).toMatch(/No longer: Nothing syncs/);
    await next.stop();
    expect(receiver.texts.filter((text) => /over\*/.test(text)).length).toBeLessThanOrEqual(2);
  });

  it('remembers by itself that the warehouse is out of reach, and tells that once it has lasted', async () => {
    const { database, receiver, env } = await withWorld(200);
    let isCut = false;
    const proxy = await tcpProxy(database.url, () => (isCut ? 'cut' : 'pass'));
    const worker = await startInProcess({ ...env, KEYWAY_WAREHOUSE: proxy.url }, 200);
    await worker.says(/^run complete/);
    isCut = true;
    const since = worker.clock.now();
    await receiver.gets(/Nothing syncs: .*warehouse_unavailable/);
    expect(worker.clock.now() - since).toBeGreaterThanOrEqual(5 * minute);
    await passing(worker, 10 * minute);
    isCut = false;
    // As long as it would hold by itself, nobody needs to wait.
    await database.query('delete from keyway.leases');
    await receiver.gets(/No longer: Nothing syncs: /);
    await worker.says(
      /^run complete/,
      worker.lines.filter(({ message }) => message.startsWith('run complete')).length + 2,
    );
    await worker.stop();
    expect(receiver.texts).toHaveLength(2);
  });

  it('goes on as ever while the webhook fails, says so once, and tells later what is still wrong', async () => {
    const { sandbox, receiver, env } = await withWorld(60);
    receiver.answer = () => undefined;
    const worker = await startInProcess(env, 60);
    await worker.says(/^run complete/);
    sandbox.faults.add({ kind: 'redirect 302', match: /objects.*deals/ });
    await receiver.gets(/deals failed/);
    // It does not wait for an answer.
    await worker.says(/^run failed/, 4);
    receiver.answer = (response) => void response.writeHead(500).end();
    const [refusal] = await worker.says(/did not take a notification/);
    expect(refusal).toMatchObject({ level: 'warn' });
    await receiver.gets(/deals failed/, 5);
    receiver.answer = (response) => void response.writeHead(200).end('ok');
    await worker.says(/takes notifications again/);
    const { length } = receiver.texts;
    await worker.says(/^run failed/, 9);
    await worker.stop();
    expect(receiver.texts).toHaveLength(length);
    expect(worker.lines.filter(({ message }) => /did not take/.test(message))).toHaveLength(1);
    expect(JSON.stringify(worker.lines)).not.toContain(new URL(receiver.url).pathname);
  });
});
