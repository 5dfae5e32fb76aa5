import { expect, it } from 'vitest';
import type { TestRules } from '../support/expected-treatment.ts';
import type { SyncWorld } from '../support/sync-world.ts';
import { openWatched, type WatchedWorld } from '../support/watched-world.ts';

const hour = 3_600_000;
const key = 'a key that is at least thirty-two characters long';
const canary = 'canary-7f3a9c';

/** Everything that is stored: tables of the CRM and Keyway's own. */
async function everything({ client, schema }: SyncWorld): Promise<string> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname !~ '^pg_' and schemaname <> 'information_schema'`,
  );
  expect(tables.some(({ name }) => name.startsWith(schema))).toBe(true);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ text: string }>(
      `select row_to_json(t)::text as text from ${name} t`,
    );
    texts.push(...rows.map(({ text }) => text));
  }
  return texts.join('\n');
}

function aContact({ sandbox }: SyncWorld): string {
  return [...sandbox.world.truth.records('contacts')].find(({ state }) => state === 'active')!.id;
}

/** A full load, changes of every kind, a sweep, a deep comparison: everything that asks for properties. */
async function wholeLife(world: WatchedWorld, rules: TestRules): Promise<void> {
  const { sandbox, watched } = world;
  const { world: account } = sandbox;
  await world.sync({ rules, ...watched });
  const [id, other, third, fourth] = [...account.truth.records('contacts')]
    .filter(({ state }) => state === 'active')
    .map((record) => record.id);
  account.update('contacts', id!, { email: `${canary}@new.example`, jobtitle: canary, phone: canary });
  account.archive('contacts', other!);
  account.gdprDelete(third!);
  account.merge('contacts', id!, fourth!);
  account.churn({ steps: 60, seed: 3 });
  for (let night = 0; night < 3; night += 1) {
    sandbox.clock.advance(25 * hour);
    await world.sync({ rules, ...watched });
  }
  await world.reconcile({ rules, deep: true, ...watched });
}

const rules: TestRules = {
  key,
  properties: {
    contacts: {
      exclude: ['jobtitle', 'hs_email_*', 'hubspotscore'],
      hash: ['email', 'phone', 'hs_buying_role'],
    },
    '*': { exclude: ['hs_lead_status', 'industry'], hash: ['amount', 'closedate'] },
  },
};

it('what is excluded is in no request, and what is hashed is nowhere as it was', async () => {
  const world = await openWatched();
  world.sandbox.world.update('contacts', aContact(world), {
    email: `${canary}@example.com`,
    jobtitle: `${canary} jobtitle`,
    phone: `${canary} phone`,
  });
  await wholeLife(world, rules);
  expect(world.requests.length).toBeGreaterThan(50);
  const named = /\b(?:jobtitle|hs_email_\w+|hubspotscore|hs_lead_status|industry)\b/;
  expect(world.requests.filter((request) => named.test(request))).toEqual([]);
  expect(world.requests.some((request) => /\bemail\b/.test(request))).toBe(true);
  expect(await everything(world)).not.toContain(canary);
  expect(await everything(world)).not.toContain(key);
  expect(world.logged.join('\n')).not.toContain(canary);
  expect(world.logged.join('\n')).not.toContain(key);
  expect(await world.differences(undefined, { rules })).toEqual([]);
});
