import { expect, it, onTestFinished } from 'vitest';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

const minute = 60_000;
const list = /^GET \S+\/objects\/\S+\/contacts/;

async function editedAccount(): Promise<{ readonly world: SyncWorld; readonly edit: () => string }> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0 });
  onTestFinished(() => world.close());
  const edit = (): string => {
    const { clock, world: account } = world.sandbox;
    // The first of a page is always among those that a list that is behind shows as they were.
    const [first] = [...account.truth.records('contacts')].filter(({ state }) => state === 'active');
    account.update('contacts', first!.id, { firstname: `Edited at ${clock.now()}` });
    clock.advance(40 * minute);
    return first!.id;
  };
  return { world, edit };
}

const objects = ['contacts'];
const only = ['properties', ...objects];
const never = Number.MAX_SAFE_INTEGER;

it.each<[string, SyncOptions]>([
  ['a load', { fullRefresh: true }],
  ['a sweep', { sweepEvery: 0 }],
  ['a list that is compared in each run', { listUpTo: 1000 }],
])(
  '%s from a list that shows a record as it was does not claim it, and the next runs have it',
  async (_, options) => {
    const { world, edit } = await editedAccount();
    await world.sync({ only, sweepEvery: never });
    const id = edit();
    const taken = world.sandbox.faults.add({ kind: 'stale read', match: list });
    const runs = await world.sync({ only, sweepEvery: never, ...options });
    expect(taken()).toBeGreaterThan(0);
    const record = world.sandbox.world.truth.record('contacts', id)!;
    const wrong = (await world.differences(objects)).filter((sentence) =>
      sentence.includes(`contacts ${id}`),
    );
    if (wrong.length > 0) expect(runs.at(-1)!.completeUpTo).toBeLessThan(Date.parse(record.updatedAt));
    world.sandbox.clock.advance(40 * minute);
    await world.sync({ only, sweepEvery: never });
    const later = await world.differences(objects);
    expect(later.filter((sentence) => sentence.includes(`contacts ${id}`))).toEqual([]);
  },
);
