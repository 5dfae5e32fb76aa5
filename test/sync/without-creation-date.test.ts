import { expect, it, onTestFinished } from 'vitest';
import { bendingProxy } from '../support/bending-proxy.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

interface Asked {
  readonly filterGroups: readonly {
    readonly filters: readonly {
      readonly propertyName: string;
      readonly operator: string;
      readonly value: string;
    }[];
  }[];
}
interface Answered {
  readonly total: number;
  readonly results: readonly { readonly id: string }[];
}

/** A deal whose date of creation was imported as one before 1970, or beyond tomorrow, or not at all: no span has it. */
it('a comparison that does not find what differs does not say that nothing does', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0 });
  onTestFinished(() => world.close());
  const [deal] = [...world.sandbox.world.truth.records('deals')].filter(({ state }) => state === 'active');
  const created = Date.parse(deal!.createdAt);
  const baseUrl = await bendingProxy(
    () => world.sandbox.url,
    ({ path, sent, body }) => {
      if (!path.endsWith('/deals/search')) return undefined;
      const { filterGroups } = JSON.parse(sent) as Asked;
      const bounds = filterGroups[0]?.filters.filter(({ propertyName }) => propertyName === 'createdate');
      if (bounds === undefined || bounds.length === 0) return undefined;
      const isWithin = bounds.every(({ operator, value }) =>
        operator === 'GTE' ? created >= Number(value) : created < Number(value),
      );
      if (!isWithin) return undefined;
      const { total, results, ...rest } = body as Answered;
      return { body: { ...rest, total: total - 1, results: results.filter(({ id }) => id !== deal!.id) } };
    },
  );
  await world.sync({ baseUrl });
  const { rowCount } = await world.client.query(`delete from "${world.schema}".deals where id = $1`, [
    deal!.id,
  ]);
  expect(rowCount).toBe(1);
  const [verdict] = await world.reconcile({ only: ['deals'], checkOnly: true, baseUrl });
  expect(verdict!.inHubspot).toBe(verdict!.inWarehouse + 1);
  expect(verdict!.verdict).not.toBe('equal');
});
