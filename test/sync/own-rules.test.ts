import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { silentLog, type Log } from '../../src/service.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

interface OwnRule {
  readonly add: (table: string) => string;
  readonly drop: (table: string) => string;
  /** What HubSpot gives two contacts, which the rule refuses. */
  readonly firstname: string;
  readonly says: RegExp;
}

const alter = (change: string) => (table: string) => `alter table ${table} ${change}`;
const dropIndex = (table: string): string => `drop index ${table.replace('contacts', 'mine')}`;

const rules: readonly OwnRule[] = [
  {
    add: alter(`add constraint mine check (firstname <> 'Nobody')`),
    drop: alter('drop constraint mine'),
    firstname: 'Nobody',
    says: /The constraint or index "mine" refuses a row of \w+\.contacts\. .* change or drop it/,
  },
  {
    add: (table) => `create unique index mine on ${table} (firstname) where firstname = 'Twice'`,
    drop: dropIndex,
    firstname: 'Twice',
    says: /The constraint or index "mine" refuses a row/,
  },
  {
    add: (table) =>
      `alter table ${table} add mine text not null default ''; alter table ${table} alter mine drop default`,
    drop: alter('drop mine'),
    firstname: 'New',
    says: /Column "mine" of \w+\.contacts may not be empty.*Give it a default/,
  },
  {
    add: (table) => `create index mine on ${table} (firstname)`,
    drop: dropIndex,
    firstname: randomBytes(20_000).toString('hex'),
    says: /An index on \w+\.contacts.* cannot take a value that long\. Drop it/,
  },
];

it('a constraint or an index of the user that refuses a row fails its table alone, by name, until the user gives way', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 80 });
  onTestFinished(() => world.close());
  await world.sync();
  const table = `"${world.schema}".contacts`;
  for (const { add, drop, firstname, says } of rules) {
    await world.client.query(add(table));
    change(world, firstname);
    const before = await world.tables.rows('contacts');
    const runs = await world.sync({ only: ['contacts', 'deals'] });
    expect(runs.map(({ outcome }) => outcome)).toEqual(['failed', 'complete']);
    expect(runs[0]).toMatchObject({
      code: 'warehouse_refused',
      reason: expect.stringMatching(says) as string,
    });
    expect(runs[1]?.counts.updated).toBe(1);
    // A new record comes first, and may be one that the rule lets in.
    const known = new Set(before.map(({ id }) => id));
    expect((await world.tables.rows('contacts')).filter(({ id }) => known.has(id))).toEqual(before);
    await world.client.query(drop(table));
    await world.sync();
    expect(await world.differences()).toEqual([]);
  }
});

it('a trigger of the user that keeps a record out is told of by each count, and costs a few calls, not a loop', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 80 });
  onTestFinished(() => world.close());
  await world.sync();
  await world.client.query(
    `create function public.sift() returns trigger language plpgsql as
       $$ begin return case when new.firstname = 'No' then null else new end; end $$;
     create trigger sift before insert on "${world.schema}".contacts for each row execute function public.sift()`,
  );
  const id = world.sandbox.world.create('contacts', { firstname: 'No' });
  for (let runs = 0; runs < 2; runs += 1) {
    world.sandbox.clock.advance(7_200_000);
    world.sandbox.clearLogs();
    const told: string[] = [];
    const log: Log = { ...silentLog, warn: (_, message) => void told.push(message), child: () => log };
    expect(await world.sync({ log, only: ['contacts'] })).toMatchObject([{ outcome: 'complete' }]);
    expect(told).toContain('HubSpot and the warehouse differed');
    expect(world.sandbox.requests().total).toBeLessThan(60);
    expect(await world.differences()).toEqual([`contacts ${id}: active, but has no row`]);
  }
});

/** Of two contacts that are there, a new one and a deal. */
function change({ sandbox: { world, clock } }: SyncWorld, firstname: string): void {
  const active = (object: string): string[] =>
    [...world.truth.records(object)].flatMap(({ state, id }) => (state === 'active' ? [id] : []));
  world.bulkUpdate('contacts', active('contacts').slice(0, 2), { firstname });
  world.create('contacts', { firstname });
  world.update('deals', active('deals')[0] ?? '', { dealname: firstname.slice(0, 20) });
  clock.advance(120_000);
}
