import { expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/source.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

it('a dictionary that another process has read and written meanwhile is not overwritten by what is older', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { contacts: 20, speed: 0 });
  onTestFinished(() => world.close());
  const only = ['owners'];
  const slow = (source: Source): Source => ({
    ...source,
    async owners(signal) {
      const read = await source.owners(signal);
      world.sandbox.clock.advance(60_000);
      await world.sync({ only });
      return read.slice(1);
    },
  });
  const [overtaken] = await world.sync({ only, around: { source: slow } });
  expect(overtaken).toMatchObject({ outcome: 'failed', code: 'checkpoint_moved' });
  expect(await world.differences([])).toEqual([]);
});
