import { expect, it, onTestFinished } from 'vitest';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;

/** Much longer than an index is late as a rule, and than a window waits to be read once more. */
it('an edit that the search index shows after three hours is read in the next run, not by the next sweep', async () => {
  const { url } = await withDatabase();
  const indexLag = { min: 3 * hour, max: 3 * hour };
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0, indexLag });
  onTestFinished(() => world.close());
  const { clock, world: account } = world.sandbox;
  const options = { only: ['contacts'], listUpTo: 0, sweepEvery: 900 * hour };
  clock.advance(4 * hour);
  await world.sync(options);
  const [first, second] = [...account.truth.records('contacts')].filter(({ state }) => state === 'active');
  const firstname = async (id: string): Promise<unknown> =>
    (await world.tables.rows('contacts')).find((row) => row['id'] === id)?.['firstname'];
  for (const [edited, name] of [
    [first!, 'Once'],
    [second!, 'Later'],
  ] as const) {
    account.update('contacts', edited.id, { firstname: name });
    for (let run = 0; run < 4; run += 1) {
      clock.advance(hour);
      expect((await world.sync(options))[0]).toMatchObject({ outcome: 'complete' });
    }
    expect(await firstname(edited.id)).toBe(name);
  }
});
