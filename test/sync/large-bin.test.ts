import { expect, it, onTestFinished } from 'vitest';
import { narrow } from '../support/narrow.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

const minute = 60_000;

/**
 * Edited, archived by mistake, and restored an hour and a half later, in an account whose bin holds more than a thousand
 * records: every run in between says that it is complete up to later than the edit.
 */
it('a record whose edit a run calls complete is there in that version', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 7000, extraProperties: 0, speed: 0 });
  onTestFinished(() => world.close());
  const options = { only: ['contacts'], around: { source: narrow } };
  const living = [...world.sandbox.world.truth.records('contacts')].filter(({ state }) => state === 'active');
  for (const { id } of living.slice(0, 1100)) world.sandbox.world.archive('contacts', id);
  await world.sync(options);
  world.sandbox.clock.advance(5 * minute);
  await world.sync(options);
  const id = living.at(-1)!.id;
  world.sandbox.clock.advance(5 * minute);
  const editedAt = world.sandbox.clock.now();
  world.sandbox.world.update('contacts', id, { email: 'edited@example.com' });
  world.sandbox.clock.advance(2 * minute);
  world.sandbox.world.archive('contacts', id);
  for (let run = 0; run < 6; run += 1) {
    world.sandbox.clock.advance(15 * minute);
    await world.sync(options);
  }
  world.sandbox.world.restore('contacts', id);
  let claim = 0;
  for (let run = 0; run < 8; run += 1) {
    world.sandbox.clock.advance(15 * minute);
    const [contacts] = await world.sync(options);
    expect(contacts?.outcome).toBe('complete');
    claim = contacts?.completeUpTo ?? 0;
  }
  const row = (await world.tables.rows('contacts')).find((each) => each['id'] === id);
  expect(claim > editedAt ? row?.['email'] : 'edited@example.com').toBe('edited@example.com');
});

/** An account most of whose contacts are in the bin, and two of the others, with what their rows are to be at the end. */
async function mostlyArchived(contacts: number, archived: number) {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts, extraProperties: 0, speed: 0 });
  onTestFinished(() => world.close());
  const { world: account, clock } = world.sandbox;
  const living = [...account.truth.records('contacts')].filter(
    ({ state, properties }) => state === 'active' && (properties['email'] ?? null) !== null,
  );
  for (const { id } of living.slice(0, archived)) account.archive('contacts', id);
  const [first, second] = [living.at(0)!.id, living.at(-1)!.id];
  return { world, account, clock, ids: { first, second, third: living.at(-2)!.id } };
}

async function expectMerged(world: SyncWorld, ids: readonly string[], into: string): Promise<void> {
  const rows = (await world.tables.rows('contacts')).filter(({ id }) => ids.includes(String(id)));
  const merged = { _merged_into_id: into, email: expect.any(String) };
  expect(rows).toMatchObject(ids.map(() => merged));
}

it.each(['is listed in each run', 'has a span of it read again'])(
  'what was merged into a record that is in a large bin by now is not cleared: a table that %s',
  async (way) => {
    const { world, account, clock, ids } = await mostlyArchived(1500, 1100);
    const isListed = way.startsWith('is listed');
    const options = { only: ['contacts'], around: { source: narrow }, listUpTo: isListed ? 1000 : 0 };
    await world.sync(options);
    clock.advance(5 * minute);
    await world.sync(options);
    clock.advance(5 * minute);
    const into = account.merge('contacts', ids.second, ids.third);
    account.archive('contacts', into);
    clock.advance(5 * minute);
    if (isListed) await world.sync(options);
    else await world.backfill({ span: { by: 'created', from: 0 } }, options);
    await expectMerged(world, [ids.second, ids.third], into);
  },
);

it('what was restored, merged and archived with the survivor between two readings of the bin is not cleared', async () => {
  const { world, account, clock, ids } = await mostlyArchived(400, 150);
  const options = { only: ['contacts'], around: { source: narrow }, listUpTo: 0 };
  await world.sync(options);
  clock.advance(5 * minute);
  account.restore('contacts', ids.first);
  const into = account.merge('contacts', ids.first, ids.second);
  account.archive('contacts', into);
  clock.advance(5 * minute);
  await world.sync(options);
  await expectMerged(world, [ids.first, ids.second], into);
});
