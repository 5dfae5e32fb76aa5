import { expect, it, onTestFinished } from 'vitest';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

const minute = 60_000;
const hour = 60 * minute;

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

/** What a search shows of a record is how it is now: that says nothing of how far the index has come. */
it.each([4, 20])(
  'a record that is edited again while the index stands still, after %i minutes, hides no other change',
  async (again) => {
    const { url } = await withDatabase();
    const indexLag = { min: 0, max: 0, standstill: 5 * hour };
    const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0, indexLag });
    onTestFinished(() => world.close());
    const { clock, world: account } = world.sandbox;
    const moves = Math.ceil((clock.now() + hour) / (5 * hour)) * 5 * hour;
    const goTo = (minutes: number): number => clock.advance(moves + minutes * minute - clock.now());
    const run = async (minutes: number): Promise<void> => {
      goTo(minutes);
      const options = { only: ['contacts'], listUpTo: 0, sweepEvery: 900 * hour, reconcileEvery: 900 * hour };
      expect((await world.sync(options))[0]).toMatchObject({ outcome: 'complete' });
    };
    const [shown, other] = [...account.truth.records('contacts')].filter(({ state }) => state === 'active');
    await run(-10);
    goTo(-2);
    account.update('contacts', shown!.id, { firstname: 'Once' });
    await run(1);
    goTo(3);
    account.update('contacts', other!.id, { firstname: 'Hidden' });
    goTo(again);
    account.update('contacts', shown!.id, { firstname: 'Again' });
    await run(65);
    await run(5 * 60 + 5);
    const row = (await world.tables.rows('contacts')).find((each) => each['id'] === other!.id);
    expect(row?.['firstname']).toBe('Hidden');
  },
);
