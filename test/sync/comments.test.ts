import { expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/source.ts';
import { texts } from '../support/hostile-lists.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

async function account(): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { contacts: 3, extraProperties: 8, speed: 0 });
  onTestFinished(() => world.close());
  texts.forEach((label, i) => {
    const options = texts.slice(i, i + 7).map((value) => ({ value, label }));
    const kind = { type: 'enumeration', fieldType: i % 2 === 0 ? 'select' : 'checkbox', options };
    world.sandbox.world.addProperty('deals', { name: `odd_${i}`, label, description: label, ...kind });
  });
  return world;
}

interface Comment {
  readonly schema: string;
  readonly table: string;
  /** Nothing for the table's own. */
  readonly column: string | null;
  readonly comment: string | null;
}

/** Of every table and column, as `\d+` shows them. */
async function comments({ client, schema }: SyncWorld): Promise<readonly Comment[]> {
  const { rows } = await client.query<Comment>(
    `select n.nspname as schema, c.relname as table, a.attname as column,
            case when a.attname is null then obj_description(c.oid, 'pg_class')
                 else col_description(c.oid, a.attnum) end as comment
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       cross join lateral (
         select attname, attnum from pg_attribute
          where attrelid = c.oid and attnum > 0 and not attisdropped
         union all select null, null
       ) a
      where n.nspname in ($1::text, $1::text || '_keyway') and c.relkind in ('r', 'p') order by 1, 2, a.attnum nulls first`,
    [schema],
  );
  return rows;
}

it('there is no table and no column without a comment, in either schema, and each is one line', async () => {
  const world = await account();
  await world.sync();
  world.sandbox.world.retype('deals', 'odd_0', { type: 'number', fieldType: 'number' });
  world.sandbox.clock.advance(60_000);
  await world.sync();
  const all = await comments(world);
  expect(new Set(all.map(({ table }) => table)).size).toBeGreaterThan(20);
  expect(all.filter(({ comment }) => comment === null)).toEqual([]);
  expect(all.filter(({ comment }) => /\n|\r|\t/.test(comment ?? ''))).toEqual([]);
  const longest = Math.max(...all.map(({ comment }) => Array.from(comment ?? '').length));
  expect(longest).toBeLessThan(1200);
});

it('says what the values of a column mean', async () => {
  const world = await account();
  await world.sync({ only: ['deals', 'properties', 'contacts'] });
  const all = await comments(world);
  const comment = (table: string, column: string): string | null | undefined =>
    all.find((each) => each.table === table && each.column === column)?.comment;
  expect(comment('deals', 'amount')).toBe(
    'Amount: The total value of the deal. In the currency of deal_currency_code',
  );
  expect(comment('deals', 'deal_currency_code')).toMatch(/One of: EUR, USD, GBP, CHF$/);
  expect(comment('deals', 'hubspot_owner_id')).toMatch(/Refers to owners\.id$/);
  expect(comment('contacts', 'associatedcompanyid')).toMatch(/Refers to companies\.id$/);
  const { rows } = await world.client.query(
    `select column_name, column_type, currency_property from "${world.schema}".properties
      where object_type = 'deals' and name = 'amount'`,
  );
  expect(rows).toEqual([
    { column_name: 'amount', column_type: 'number', currency_property: 'deal_currency_code' },
  ]);
});

it('changes only when HubSpot’s words do: a second run issues none', async () => {
  const world = await account();
  const changes = async (): Promise<readonly object[]> => {
    const { rows } = await world.client.query<object>(
      `select kind, table_name, column_name from "${world.schema}_keyway".schema_changes order by id`,
    );
    return rows;
  };
  await world.sync();
  const before = await changes();
  world.sandbox.clock.advance(60_000);
  await world.sync();
  expect(await changes()).toEqual(before);
  world.sandbox.world.relabel('deals', 'amount', 'What it is worth');
  world.sandbox.clock.advance(60_000);
  await world.sync();
  const amount = { table_name: 'deals', column_name: 'amount' };
  const since = (await changes()).slice(before.length);
  expect(new Set(since)).toEqual(
    new Set(['comment', 'relabel_property'].map((kind) => ({ kind, ...amount }))),
  );
});

it('an amount is never asked for without the property that says in which currency it is', async () => {
  const world = await account();
  const asked: (readonly string[])[] = [];
  const whole = {
    source: (real: Source) => ({
      ...real,
      read(...given: Parameters<typeof real.read>) {
        asked.push(given[1]);
        return real.read(...given);
      },
    }),
  };
  await world.sync({ only: ['deals'], around: whole });
  const amounts = asked.filter((names) => names.includes('amount'));
  expect(amounts.length).toBeGreaterThan(0);
  expect(amounts.filter((names) => !names.includes('deal_currency_code'))).toEqual([]);
});
