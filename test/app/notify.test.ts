import { describe, expect, it } from 'vitest';
import { readSettings } from '../../config/index.ts';
import type { AppParts } from '../../src/app/app.ts';
import { notifyOnce, tellNews, webhookOf } from '../../src/app/notify-once.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { everyReadScope } from '../../src/sandbox/index.ts';
import { noCounts } from '../../src/run.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { emptyFolder, keyway, type Result } from '../cli/run-keyway.ts';
import { withReceiver, type Receiver } from '../notify/receiver.ts';
import { memoryState, openMemoryWarehouse } from '../support/memory/index.ts';
import { withDatabase, type TestDatabase } from '../support/postgres.ts';
import { environment, type Environment, hurried, withSandbox } from './account.ts';

interface World {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  readonly receiver: Receiver;
  readonly env: Environment;
  /** Runs as a nightly container does. */
  readonly sync: (more?: Environment) => Promise<Result>;
}

async function withWorld(): Promise<World> {
  const [sandbox, database, receiver] = [
    await withSandbox({ startAt: Date.now() }),
    await withDatabase(),
    await withReceiver(),
  ];
  const env: Environment = {
    ...environment(sandbox, database),
    ...hurried,
    KEYWAY_PIPELINES: 'properties,contacts,deals',
    KEYWAY_NOTIFY__WEBHOOK: receiver.url,
  };
  return { sandbox, database, receiver, env, sync: (more) => keyway(['sync'], { env: { ...env, ...more } }) };
}

/** HubSpot gives no deals. */
function withoutDeals({ sandbox }: World): void {
  sandbox.faults.add({ kind: 'redirect 302', match: /objects.*deals/ });
}

describe('what is sent', () => {
  const key = ['pat-eu1-7d1e0c5b', '92a4', '4f38', 'b6e7', '3c0f8a1d5e29'].join('-');
  const password = 'a<b&c>d@e//f-1234567';
  const secrets = {
    HUBSPOT_SERVICE_KEY: 'a-key-of-some-other-form',
    HUBSPOT_SERVICE_KEY_NEXT: key,
    KEYWAY_WAREHOUSE: `postgres://me:${encodeURIComponent(password)}@db/x`,
  };
  const partsWith = (receiver: Receiver): AppParts => {
    const env = { ...secrets, KEYWAY_NOTIFY__WEBHOOK: receiver.url };
    const settings = readSettings({ env, cwd: emptyFolder(), known: knownNames });
    const { signal } = new AbortController();
    return { settings, log: silentLog, clock: systemClock, signal, command: 'sync' };
  };
  const leaks: readonly (readonly [string, string, RegExp])[] = [
    ['a key of another form', secrets.HUBSPOT_SERVICE_KEY, /a-key-of/],
    ['a key that the longest line would cut', `${'x'.repeat(358)} ${key}`, /pat-eu1|7d1e0c5b/],
    ['a password in an address', 'at postgres://you:hunter-two@elsewhere/y', /hunter/],
    ['a short password in an address', 'at postgres://you:o&<o@elsewhere/y', /o&|&lt;/],
    ['a password with what is escaped', `no ${password} there`, /a<b|&lt;b|1234567/],
    ['a long text of the webhook', 'to /services/T0123/B0456/a-secret-path-of-a-webhook-7', /secret-path/],
  ];

  it.each(leaks)('has none of the secrets where an error repeats %s', async (_what, reason, secret) => {
    const receiver = await withReceiver();
    await notifyOnce(partsWith(receiver), { code: 'warehouse_unavailable', reason });
    expect(receiver.texts).toEqual([expect.stringMatching(/Nothing syncs: /)]);
    expect(receiver.texts[0]).not.toMatch(secret);
    expect(receiver.texts[0]).toContain('[secret]');
  });

  it.each(leaks)('has none where what became of a pipeline repeats %s', async (_what, reason, secret) => {
    const receiver = await withReceiver();
    const parts = partsWith(receiver);
    const state = memoryState(() => Date.now());
    const warehouse = openMemoryWarehouse({ state });
    await warehouse.migrate();
    const run = { runId: 'r', pipeline: 'owners', startedAt: 0, counts: noCounts } as const;
    const failed = { ...run, outcome: 'failed', code: 'internal', reason } as const;
    state.pipelineRuns.set('r owners', failed);
    const send = webhookOf(parts)!;
    await tellNews(parts, { warehouse, attempt: 'just ran', send });
    state.pipelineRuns.set('r owners', { ...run, outcome: 'complete' });
    await tellNews(parts, { warehouse, attempt: 'just ran', send });
    expect(receiver.texts).toEqual([
      expect.stringMatching(/owners failed: /),
      expect.stringMatching(/No longer: owners failed: /),
    ]);
    expect(receiver.texts.join()).not.toMatch(secret);
  });
});

describe('a nightly sync', { timeout: 120_000 }, () => {
  it('tells once what failed, what has changed, and that it is over; with none of the secrets', async () => {
    const world = await withWorld();
    const { sandbox, database, receiver, sync } = world;
    expect((await sync()).exitCode).toBe(0);
    expect(receiver.texts).toEqual([]);
    withoutDeals(world);
    for (const exitCode of [1, 1]) expect((await sync()).exitCode).toBe(exitCode);
    expect(receiver.texts).toEqual([
      expect.stringMatching(
        /^\*Keyway: something did not sync\*\nHubSpot account \d+ · Postgres [^\n]+\n• deals failed: [^\n]+ \(hubspot_bad_answer\)$/,
      ),
    ]);
    sandbox.faults.clear();
    sandbox.world.addProperty('contacts', {
      name: 'shoe_size',
      label: '<!channel> @here & <http://evil.example|you>',
    });
    for (const exitCode of [0, 0]) expect((await sync()).exitCode).toBe(exitCode);
    expect(receiver.texts.slice(1)).toEqual([
      expect.stringMatching(
        /^\*Keyway: tables or properties have changed\*\n[^\n]+\n• contacts\.shoe_size: a new property$/,
      ),
      expect.stringMatching(
        /^\*Keyway: over\*\n[^\n]+\n• No longer: deals failed: [^\n]+\(told 20\d\d-[^\n]+ UTC\)$/,
      ),
    ]);
    expect(await database.query('select id from keyway.notices')).toEqual([{ id: 'schema' }]);
    for (const text of receiver.texts) expect(text).not.toMatch(/channel|evil|@here/);
  });

  it('whose key is refused tells that once, too, and when another one works', async () => {
    const { sandbox, receiver, sync } = await withWorld();
    await sync();
    sandbox.world.keys.revoke();
    for (const exitCode of [3, 3]) expect((await sync()).exitCode).toBe(exitCode);
    expect(receiver.texts).toEqual([expect.stringMatching(/• Nothing syncs: HubSpot .*\(key_refused\)$/)]);
    const fresh = sandbox.world.keys.add(everyReadScope);
    for (const exitCode of [0, 0]) {
      const next = { HUBSPOT_SERVICE_KEY_NEXT: fresh };
      expect((await sync(next)).exitCode).toBe(exitCode);
    }
    expect(receiver.texts.slice(1)).toEqual([
      expect.stringMatching(
        /a Service Key needs you\*\n[^\n]+\n• The key in HUBSPOT_SERVICE_KEY \(\w+\) is not used any more/,
      ),
      expect.stringMatching(/over\*\n[^\n]+\n• No longer: Nothing syncs/),
    ]);
    const [emptied] = [await sync({ HUBSPOT_SERVICE_KEY: fresh })];
    expect(emptied.exitCode).toBe(0);
    expect(receiver.texts.at(-1)).toMatch(/over\*\n[^\n]+\n• No longer: The key in HUBSPOT_SERVICE_KEY /);
  });

  it('is as it is, whatever becomes of its message, which is sent again the next night', async () => {
    const world = await withWorld();
    const { receiver, sync } = world;
    await sync();
    withoutDeals(world);
    receiver.answer = (response) => void response.writeHead(404).end('no_team');
    const unheard = await sync();
    expect(unheard.exitCode).toBe(1);
    expect(unheard.stderr).toMatch(
      /the webhook did not take a notification.*HTTP 404: it is gone; make a new webhook/,
    );
    expect(unheard.stderr.match(/did not take/g)).toHaveLength(1);
    receiver.answer = (response) => void response.writeHead(200).end('ok');
    await sync();
    await sync();
    expect(receiver.texts).toHaveLength(2);
    expect(receiver.texts[1]).toContain('deals failed');
  });

  it('tells also of a warehouse that it cannot reach, and asks nothing of one that is not there', async () => {
    const { receiver, sync } = await withWorld();
    expect((await sync({ KEYWAY_WAREHOUSE: 'postgres://keyway@127.0.0.1:9/nowhere' })).exitCode).toBe(1);
    expect(receiver.texts).toEqual([
      expect.stringMatching(/^\*Keyway: [^\n]+\*\n• Nothing syncs: [^\n]+\(warehouse_unavailable\)$/),
    ]);
  });

  it('that another run keeps from its work, or that was asked wrongly, tells nobody', async () => {
    const { receiver, env } = await withWorld();
    expect((await keyway(['sync', 'contcts'], { env })).exitCode).toBe(2);
    expect(receiver.requests).toEqual([]);
  });
});
