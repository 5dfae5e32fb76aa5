import { expect, it, onTestFinished } from 'vitest';
import { narrow } from '../support/narrow.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;

/** The guard counts from zero in each run: what it stops tonight, a cron job has done after some more runs. */
it(
  'a mass deletion that nobody has accepted does not go through in instalments',
  { timeout: 300_000 },
  async () => {
    const { url } = await withDatabase();
    const world = await openSyncWorld(url, { seed: 3, contacts: 26_000, extraProperties: 0, speed: 0 });
    onTestFinished(() => world.close());
    const options = { only: ['contacts'], around: { source: narrow } };
    await world.sync(options);
    const living = [...world.sandbox.world.truth.records('contacts')].filter(
      ({ state }) => state === 'active',
    );
    for (const { id } of living.slice(0, 9000)) world.sandbox.world.gdprDelete(id);
    const left: number[] = [];
    const outcomes: string[] = [];
    for (let run = 0; run < 3; run += 1) {
      world.sandbox.clock.advance(24 * hour);
      const [contacts] = await world.sync(options);
      outcomes.push(`${contacts!.outcome} ${contacts!.code ?? ''}`);
      const rows = await world.tables.rows('contacts');
      left.push(rows.filter((row) => row['_deleted_at'] === null).length);
    }
    // No row is cleared until somebody says that it is true.
    expect(left.at(-1)).toBeGreaterThan(living.length - 1);
  },
);

const day = 86_400_000;

/**
 * A clean-up, whose records expire 90 days later on a day on which a property is added: the pipeline starts over, has forgotten
 * that it saw them in the bin near their end, and takes them for deleted. What it then asks to be accepted can be
 * accepted only once it is loaded, which it never will be.
 */
it('a pipeline that starts over after many records have expired can be brought back as its message says', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 3000, extraProperties: 0, speed: 0 });
  onTestFinished(() => world.close());
  const options = { only: ['contacts'], around: { source: narrow } };
  await world.sync(options);
  const living = [...world.sandbox.world.truth.records('contacts')].filter(({ state }) => state === 'active');
  const archive = (some: (at: number) => boolean): void => {
    for (const [at, { id }] of living.slice(0, 1500).entries()) {
      if (some(at)) world.sandbox.world.archive('contacts', id);
    }
  };
  archive((at) => at % 20 > 0);
  for (let night = 1; night < 90; night += 1) {
    world.sandbox.clock.advance(day);
    if (night === 85) archive((at) => at % 20 === 0);
    if (night < 80) continue;
    expect((await world.sync(options))[0]).toMatchObject({ outcome: 'complete' });
  }
  world.sandbox.clock.advance(day + 1000);
  world.sandbox.world.addProperty('contacts', { name: 'brand_new', label: 'Brand new' });
  world.sandbox.world.create('contacts', { email: 'new@example.com' });
  const reasons: unknown[] = [];
  for (let night = 0; night < 4; night += 1) {
    const [run] = await world.sync(options);
    reasons.push(run?.reason);
    // As the message says.
    await world.reconcile({ ...options, acceptDeletions: true });
    world.sandbox.clock.advance(day);
  }
  const emails = (await world.tables.rows('contacts')).map((row) => row['email']);
  expect({ found: emails.includes('new@example.com'), reasons }).toMatchObject({ found: true });
});

it('a look that changes nothing tells how much is gone, however much that is', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 2500, extraProperties: 0, speed: 0 });
  onTestFinished(() => world.close());
  const options = { only: ['contacts'], around: { source: narrow } };
  await world.sync(options);
  const living = [...world.sandbox.world.truth.records('contacts')].filter(({ state }) => state === 'active');
  for (const { id } of living.slice(0, 2000)) world.sandbox.world.gdprDelete(id);
  world.sandbox.clock.advance(3_600_000);
  expect(await world.reconcile({ ...options, checkOnly: true })).toMatchObject([
    { verdict: 'different', deleted: 2000 },
  ]);
});
