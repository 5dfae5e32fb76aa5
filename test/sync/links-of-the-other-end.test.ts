import { expect, it, onTestFinished } from 'vitest';
import type { SandboxChoice } from '../../src/sandbox/index.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;
/** As in an account of so many records that their turn in the sweep of links does not come in this run. */
const notSwept: SyncOptions = { linkCalls: 0 };

async function account(choice: SandboxChoice = {}): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0, ...choice });
  onTestFinished(() => world.close());
  await world.sync();
  await later(world, {});
  return world;
}

async function later(world: SyncWorld, options: SyncOptions = notSwept): Promise<void> {
  world.sandbox.clock.advance(hour);
  await world.sync(options);
}

async function wrongLinks(world: SyncWorld): Promise<readonly string[]> {
  return (await world.differences()).filter((text) => text.includes(': link '));
}

function active(world: SyncWorld, object: string): readonly string[] {
  const records = [...world.sandbox.world.truth.records(object)];
  return records.filter(({ state }) => state === 'active').map(({ id }) => id);
}

/** Those with the most contacts first. */
function linkedCompanies({ sandbox }: SyncWorld): readonly string[] {
  const { truth } = sandbox.world;
  const counts = new Map<string, number>();
  for (const { fromId, toId } of truth.associations('contacts', 'companies')) {
    const both = [truth.record('contacts', fromId), truth.record('companies', toId)];
    if (both.some((record) => record?.state !== 'active')) continue;
    counts.set(toId, (counts.get(toId) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([id]) => id);
}

it('a company that is archived and restored has its contacts, deals and tickets again', async () => {
  const world = await account();
  const [company] = linkedCompanies(world);
  world.sandbox.world.archive('companies', company!);
  await later(world);
  expect(await wrongLinks(world)).toEqual([]);
  world.sandbox.world.restore('companies', company!);
  await later(world);
  expect(await wrongLinks(world)).toEqual([]);
});

it('what was linked with a merged company is linked with its survivor', async () => {
  const world = await account();
  const [first, second] = linkedCompanies(world);
  world.sandbox.world.merge('companies', first!, second!);
  await later(world);
  await later(world);
  expect(await wrongLinks(world)).toEqual([]);
});

it('a merge that is taken back gives each company its own links', async () => {
  const world = await account();
  const [first, second] = linkedCompanies(world);
  const survivor = world.sandbox.world.merge('companies', first!, second!);
  await later(world);
  world.sandbox.world.unmerge('companies', survivor);
  for (let run = 0; run < 3; run++) {
    world.sandbox.clock.advance(24 * hour);
    await world.sync(notSwept);
  }
  expect(await wrongLinks(world)).toEqual([]);
});

it('a new record has the links that others have got with it', async () => {
  const world = await account();
  const [contact] = active(world, 'contacts');
  const [deal] = active(world, 'deals');
  const { world: hubspot } = world.sandbox;
  const company = { object: 'companies', id: hubspot.create('companies', { name: 'New Inc.' }) };
  const person = { object: 'contacts', id: hubspot.create('contacts', { email: 'new@example.com' }) };
  hubspot.associate({ object: 'contacts', id: contact! }, company);
  hubspot.associate({ object: 'deals', id: deal! }, person);
  await later(world);
  expect(await wrongLinks(world)).toEqual([]);
});

it('records that were merely edited are not asked for the links of their other end', async () => {
  const world = await account();
  const edited = linkedCompanies(world);
  world.sandbox.clock.advance(2 * hour);
  await world.sync(notSwept);
  for (const id of edited) world.sandbox.world.update('companies', id, { hubspot_owner_id: '7' });
  world.sandbox.clearLogs();
  await later(world);
  const asked = Object.entries(world.sandbox.requests().counts).filter(([route]) =>
    route.includes('/associations/:from/:to/batch/read'),
  );
  // What companies are linked with themselves is read of their own rows, and of those that have no links at all.
  expect(asked.reduce((sum, [, calls]) => sum + calls, 0)).toBeLessThanOrEqual(2);
});

/**
 * A sweep of everything goes over all rows, those of archived records too, and so takes more calls than the living ones
 * alone would.
 */
it('a new record has its links after the next run, however many rows are closed', async () => {
  const world = await account({ contacts: 1060, extraProperties: 0 });
  const living = active(world, 'contacts');
  const company = { object: 'companies', id: active(world, 'companies')[0]! };
  for (const id of living.slice(0, Math.max(0, living.length - 950)))
    world.sandbox.world.archive('contacts', id);
  for (const wait of [2, 24, 24]) {
    world.sandbox.clock.advance(wait * hour);
    await world.sync();
  }
  for (let night = 0; night < 3; night += 1) {
    const id = world.sandbox.world.create('contacts', { email: `new${night}@example.com` });
    world.sandbox.world.associate({ object: 'contacts', id }, company);
    world.sandbox.clock.advance(24 * hour);
    expect((await world.sync()).map(({ outcome }) => outcome)).not.toContain('failed');
    expect(await wrongLinks(world)).toEqual([]);
  }
});
