import { expect, it, onTestFinished } from 'vitest';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;
/** As in an account of so many records that their turn in the sweep of links does not come in this run. */
const notSwept: SyncOptions = { linkCalls: 0 };

async function account(): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0 });
  onTestFinished(() => world.close());
  await world.sync();
  return world;
}

async function later(world: SyncWorld, options: SyncOptions = notSwept): Promise<void> {
  world.sandbox.clock.advance(hour);
  await world.sync(options);
}

/** One with contacts and with deals. */
function linkedCompany({ sandbox }: SyncWorld): string {
  const { truth } = sandbox.world;
  const linked = (from: string): readonly string[] =>
    [...truth.associations(from, 'companies')]
      .filter(
        ({ fromId, toId }) =>
          truth.record(from, fromId)?.state === 'active' &&
          truth.record('companies', toId)?.state === 'active',
      )
      .map(({ toId }) => toId);
  const [company] = linked('contacts').filter((id) => linked('deals').includes(id));
  return company!;
}

async function linksTo(world: SyncWorld, company: string, from: string): Promise<number> {
  const rows = await world.tables.rows('associations');
  return rows.filter((row) => row['from_type'] === from && String(row['to_id']) === company).length;
}

/** How often each pair of deals was written to. */
async function versions(world: SyncWorld): Promise<readonly unknown[]> {
  const warehouse = await world.engine.open();
  onTestFinished(() => warehouse.close());
  const stored = [...(await warehouse.checkpoints())].filter(([name]) =>
    name.startsWith('associations/deals'),
  );
  return stored.map(([name, { version }]) => [name, version]);
}

it('a company that comes back while the key may not read deals has its contacts again', async () => {
  const world = await account();
  await later(world);
  const company = linkedCompany(world);
  const before = await linksTo(world, company, 'contacts');
  expect(before).toBeGreaterThan(0);
  world.sandbox.world.keys.grant([
    'oauth',
    'crm.objects.contacts.read',
    'crm.objects.companies.read',
    'tickets',
  ]);
  world.sandbox.world.archive('companies', company);
  await later(world);
  expect(await linksTo(world, company, 'contacts')).toBe(0);
  expect(await linksTo(world, company, 'deals')).toBe(0);
  world.sandbox.world.restore('companies', company);
  await later(world);
  const contacts = [...world.sandbox.world.truth.associations('contacts', 'companies')];
  expect(contacts.filter(({ toId }) => toId === company)).not.toEqual([]);
  expect(
    (await world.differences(['contacts', 'companies'])).filter((text) => text.includes(': link ')),
  ).toEqual([]);
});

it('links of a pair that is no longer synced go with the record at either end', async () => {
  const world = await account();
  const company = linkedCompany(world);
  expect(await linksTo(world, company, 'deals')).toBeGreaterThan(0);
  const objects = ['contacts', 'companies', 'tickets'];
  world.sandbox.world.archive('companies', company);
  await later(world, { objects });
  expect(await linksTo(world, company, 'deals')).toBe(0);
  await later(world, { ...notSwept, objects });
  const before = await versions(world);
  await later(world, { ...notSwept, objects });
  expect(await versions(world)).toEqual(before);
});
