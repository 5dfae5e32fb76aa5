import { expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/source.ts';
import { bendingProxy } from '../support/bending-proxy.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;

/** One answer whose `Date` is a year ahead: a wrong clock at one edge server, or at a proxy of the company's own. */
it('after one wrong Date, later runs either read changes or say that they do not', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 5600, extraProperties: 0, speed: 0 });
  onTestFinished(() => world.close());
  const only = ['deals', 'contacts'];
  await world.sync({ only });
  world.sandbox.clock.advance(hour);
  const [edited] = [...world.sandbox.world.truth.records('contacts')].filter(
    ({ state }) => state === 'active',
  );
  const before = edited!.properties['firstname'];
  let left = 1;
  const baseUrl = await bendingProxy(
    () => world.sandbox.url,
    ({ path, headers }) => {
      if (!path.includes('/properties/') || left === 0) return undefined;
      left -= 1;
      return {
        headers: { ...headers, date: new Date(world.sandbox.clock.now() + 8760 * hour).toUTCString() },
      };
    },
  );
  await world.sync({ only, baseUrl });
  world.sandbox.world.update('contacts', edited!.id, { firstname: 'Edited' });
  const outcomes = new Set<string>();
  for (let night = 0; night < 5; night += 1) {
    world.sandbox.clock.advance(24 * hour);
    for (const run of await world.sync({ only })) outcomes.add(run.outcome);
  }
  const row = (await world.tables.rows('contacts')).find((each) => each['id'] === edited!.id);
  expect({ firstname: row?.['firstname'], outcomes: [...outcomes] }).not.toMatchObject({
    firstname: before,
    outcomes: ['complete'],
  });
});

/** A record that HubSpot once stamped with a time to come, as an import or a clock of HubSpot's may do. */
it('a record that bore a date in the future is written again when HubSpot has it right', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0 });
  onTestFinished(() => world.close());
  const only = ['contacts'];
  const [edited, archived] = [...world.sandbox.world.truth.records('contacts')].filter(
    ({ state }) => state === 'active',
  );
  const wrong = new Set([edited!.id, archived!.id]);
  const ahead = (source: Source): Source => ({
    ...source,
    async *read(object, properties, scan, signal) {
      for await (const page of source.read(object, properties, scan, signal)) {
        const records = page.records.map((record) =>
          wrong.has(record.id) ? { ...record, updatedAt: '2027-10-01T00:00:00.000Z' } : record,
        );
        yield { ...page, records };
      }
    },
  });
  await world.sync({ only, around: { source: ahead } });
  world.sandbox.world.update('contacts', edited!.id, { firstname: 'Edited' });
  world.sandbox.world.archive('contacts', archived!.id);
  for (let night = 0; night < 9; night += 1) {
    world.sandbox.clock.advance(24 * hour);
    const [run] = await world.sync({ only });
    expect(run?.outcome).toBe('complete');
  }
  const [verdict] = await world.reconcile({ only, deep: true });
  await world.sync({ only, fullRefresh: true });
  const rows = new Map((await world.tables.rows('contacts')).map((row) => [row['id'], row]));
  // Neither the edit nor the archiving has come through, and nothing says so.
  expect({
    firstname: rows.get(edited!.id)?.['firstname'],
    archived: rows.get(archived!.id)?.['_archived'],
    verdict: verdict?.verdict,
  }).toMatchObject({ firstname: 'Edited', archived: 'true' });
});

/** A replica of HubSpot's that is hours behind: filling a new column asks it for the part, and for the whole. */
it('an old version that HubSpot gives for a moment is not written over a later one', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0 });
  onTestFinished(() => world.close());
  const only = ['contacts'];
  const seldom = { listUpTo: 0, sweepEvery: 365 * 24 * hour };
  const [edited] = [...world.sandbox.world.truth.records('contacts')].filter(
    ({ state }) => state === 'active',
  );
  const id = edited!.id;
  await world.sync({ only, ...seldom });
  const before = await versionOf(id);
  world.sandbox.clock.advance(24 * hour);
  world.sandbox.world.update('contacts', id, { firstname: 'Edited' });
  world.sandbox.clock.advance(24 * hour);
  await world.sync({ only, ...seldom });
  const name = 'shoe_size';
  world.sandbox.world.addProperty('contacts', {
    name,
    label: 'Shoe size',
    type: 'number',
    fieldType: 'number',
  });
  world.sandbox.clock.advance(24 * hour);
  let late = 2;
  const behind = (source: Source): Source => ({
    ...source,
    async *read(object, properties, scan, signal) {
      for await (const page of source.read(object, properties, scan, signal)) {
        const isLate = late > 0 && scan.kind === 'ids' && page.records.some((record) => record.id === id);
        if (isLate) late -= 1;
        const old = { updatedAt: before };
        const records = page.records.map((record) =>
          isLate && record.id === id ? { ...record, ...old } : record,
        );
        yield { ...page, records };
      }
    },
  });
  await world.sync({ only, ...seldom, around: { source: behind } });
  expect(late).toBe(0);
  expect(await versionOf(id)).toBe(world.sandbox.world.truth.record('contacts', id)?.updatedAt);

  async function versionOf(wanted: string): Promise<string> {
    const row = (await world.tables.rows('contacts')).find((each) => each['id'] === wanted);
    return new Date(String(row?.['_updated_at'])).toISOString();
  }
});
