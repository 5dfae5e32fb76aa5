import { expect, it, onTestFinished } from 'vitest';
import { narrow } from '../support/narrow.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

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
