import pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import { openSandbox, type Sandbox, type SandboxChoice } from '../../src/sandbox/index.ts';
import { differences, type CompareOptions } from '../support/compare.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { unlimited } from '../support/sync-world.ts';
import { postgresTables } from '../support/tables.ts';
import type { Result } from '../cli/run-keyway.ts';

/** A HubSpot account for one test, reached over HTTP. */
export async function withSandbox(choice: SandboxChoice = {}): Promise<Sandbox> {
  const sandbox = openSandbox({ contacts: 60, extraProperties: 0, limits: unlimited, ...choice });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

export type Environment = Readonly<Record<string, string>>;

/** Enough for most tests, and quick. An empty KEYWAY_PIPELINES is all that there are. */
const usual =
  'account,owners,teams,settings_users,roles,object_schemas,pipelines,properties,contacts,companies,deals,tickets,lists,associations,property_history';

/** What the program is told of an account and a warehouse. */
export function environment(sandbox: Sandbox, { url }: Pick<TestDatabase, 'url'>): Environment {
  return {
    HUBSPOT_BASE_URL: sandbox.url,
    HUBSPOT_SERVICE_KEY: sandbox.key,
    KEYWAY_WAREHOUSE: url,
    KEYWAY_PIPELINES: usual,
    // Small as these accounts are, changes are searched for as in large ones.
    KEYWAY_SYNC__LIST_UP_TO: '0',
    // Many workers on one machine.
    KEYWAY_HTTP: 'off',
  };
}

/** For a test that need not wait for its own politeness. */
export const hurried: Environment = {
  KEYWAY_RATE_LIMIT__SEARCH_PER_SECOND: '1000',
  KEYWAY_RATE_LIMIT__ASSOCIATIONS_PER_SECOND: '1000',
};

/** What the warehouse has wrong. */
export async function wrong(
  database: Pick<TestDatabase, 'url'>,
  sandbox: Sandbox,
  options: CompareOptions = {},
): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query("set timezone = 'UTC'");
    return await differences(postgresTables(client, 'hubspot'), sandbox, options);
  } finally {
    await client.end();
  }
}

/** Resolves once the account has been asked so often. */
export async function asked(sandbox: Sandbox, requests: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const watch = setInterval(() => {
      if (sandbox.requests().total < requests) return;
      clearInterval(watch);
      resolve();
    }, 2);
  });
}

/** A digest of each table that Keyway has written, its own ones included: equal means that not a value has changed. */
export async function contents(database: TestDatabase): Promise<Readonly<Record<string, string>>> {
  const tables = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname <> 'information_schema' and schemaname not like 'pg\\_%' order by 1`,
  );
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await database.query<{ digest: string }>(
      `select count(*) || ' rows, ' || md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) as digest
         from ${name} t`,
    );
    digests[name] = row?.digest ?? '';
  }
  return digests;
}

/** One sentence that says what to do, the exit code, no result, and none of the secrets. */
export function expectRefusal(
  result: Result,
  expected: { exitCode: number; says: RegExp; hides: string },
): void {
  expect(result).toMatchObject({ exitCode: expected.exitCode, stdout: '' });
  expect(result.stderr).toMatch(expected.says);
  expect(result.stderr).toMatch(/^error: .*[.;]\)?(?: \(Postgres code \w+\))?\n$/m);
  expect(result.stderr).not.toMatch(/^ +at /m);
  expect(result.stderr).not.toContain(expected.hides);
}
