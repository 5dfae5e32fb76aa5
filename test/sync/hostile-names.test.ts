import { expect, it, onTestFinished } from 'vitest';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

it(
  'properties of any name arrive, and the dictionary tells in which column',
  { timeout: 240_000 },
  async () => {
    const { url } = await withDatabase();
    const world = await openSyncWorld(url, {
      seed: 11,
      contacts: 60,
      nastyRate: 0.02,
      extraProperties: { contacts: 48 },
      extraFilled: 0.8,
    });
    onTestFinished(() => world.close());
    const only = ['account', 'owners', 'properties', 'contacts'];
    for (const wait of [0, 7_200_000, 200_000_000]) {
      world.sandbox.world.churn({ steps: wait === 0 ? 0 : 30 });
      world.sandbox.clock.advance(wait);
      const runs = await world.sync({ only });
      expect(runs.filter(({ outcome }) => outcome !== 'complete')).toEqual([]);
    }
    expect(await world.differences(['contacts'])).toEqual([]);
    const { rows } = await world.client.query<{ name: string; column: string }>(
      `select p.name, p.column_name as column from "${world.schema}".properties p
       join information_schema.columns c on c.table_schema = $1 and c.table_name = 'contacts'
            and c.column_name = p.column_name
      where p.object_type = 'contacts'`,
      [world.schema],
    );
    const columns = new Map(rows.map(({ name, column }) => [name, column]));
    const names = world.sandbox.world.truth.properties('contacts').map(({ spec }) => spec.name);
    const visible = names.filter((name) => columns.has(name));
    expect(visible.length).toBeGreaterThan(names.length - 5);
    expect(new Set(rows.map(({ column }) => column.toLowerCase())).size).toBe(rows.length);
    for (const kept of ['__proto__', 'constructor', '🙂 emoji', 'مرحبا بالعالم', 'new\nline', 'quote"mark']) {
      expect(columns.get(kept)).toBe(kept);
    }
    const reserved = ['id', 'ID', 'ctid', 'tableoid', '_synced_at', '_extra', '_EXTRA', 'ß'.repeat(40)];
    for (const name of reserved) expect(columns.get(name)).toMatch(/_[0-9a-f]{8}$/);
    const { rows: stored } = await world.client.query<{ filled: string }>(
      `select count("__proto__")::text as filled from "${world.schema}".contacts`,
    );
    expect(Number(stored[0]?.filled)).toBeGreaterThan(20);
  },
);
