import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objects } from '../../pipelines/objects/index.ts';
import { everyReadScope } from '../../src/sandbox/index.ts';
import { createDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

const day = 86_400_000;

let world: SyncWorld;
let database: Awaited<ReturnType<typeof createDatabase>>;
beforeAll(async () => {
  database = await createDatabase();
  const choice = { contacts: 250, extraProperties: 0, speed: 0, scopes: everyReadScope };
  world = await openSyncWorld(database.url, choice);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

describe.each(objects)('a record of $name', ({ name, merges }) => {
  it('that is archived, restored, merged, deleted for good or expired is in the tables what it is in HubSpot', async () => {
    const { sandbox } = world;
    const wrongAfter = async (ms: number): Promise<readonly string[]> => {
      sandbox.clock.advance(ms);
      const runs = await world.sync({ objects: [name], only: ['owners', 'pipelines', 'properties', name] });
      expect(runs.filter(({ outcome }) => outcome !== 'complete')).toEqual([]);
      const found = await world.differences([name]);
      return found.filter((sentence) => sentence.startsWith(`${name} `) && !sentence.includes(': link '));
    };
    expect(await wrongAfter(0)).toEqual([]);
    const living = [...sandbox.world.truth.records(name)].filter(({ state }) => state === 'active');
    const [away, back, gone, one, other] = living.map(({ id }) => id);

    sandbox.world.archive(name, away!);
    sandbox.world.archive(name, back!);
    sandbox.world.permanentDelete(name, gone!);
    if (merges) sandbox.world.merge(name, one!, other!);
    // One nightly cycle.
    expect(await wrongAfter(day)).toEqual([]);
    const isInBin = sandbox.world.truth.record(name, back!)?.state === 'archived';
    if (isInBin) sandbox.world.restore(name, back!);
    expect(await wrongAfter(day)).toEqual([]);

    expect(await wrongAfter(85 * day)).toEqual([]);
    expect(await wrongAfter(5 * day)).toEqual([]);
    expect(sandbox.world.truth.record(name, away!)?.state).toBe('gone');
  });
});
