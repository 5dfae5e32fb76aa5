import pg from 'pg';
import { expect, inject, it, onTestFinished } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { keyway } from '../cli/run-keyway.ts';
import { createDatabase } from '../support/postgres.ts';
import { type Environment, environment, hurried, withSandbox, wrong } from './account.ts';
import { storedClaims, thorough, trusting } from './kept-claims.ts';

it('a server that goes back to an older state, tables and checkpoints alike, is brought up to date again', async () => {
  const sandbox = await withSandbox({ contacts: 150 });
  const database = await createDatabase();
  onTestFinished(() => database.drop());
  const { url, name } = database;
  const env = { ...environment(sandbox, database), ...hurried, ...trusting };
  const sync = async (more: Environment = {}): Promise<unknown> =>
    (await keyway(['sync'], { env: { ...env, ...more } })).exitCode;

  expect(await sync()).toBe(0);
  work(sandbox);
  expect(await sync()).toBe(0);
  const before = await versions(url);
  await asAdministrator(endSessions(name), `create database ${name}_older template ${name}`);
  work(sandbox);
  expect(await sync()).toBe(0);
  work(sandbox);
  expect(await versions(url)).not.toEqual(before);

  await asAdministrator(
    `drop database ${name} with (force)`,
    `alter database ${name}_older rename to ${name}`,
  );
  expect(await versions(url)).toEqual(before);
  expect((await wrong(database, sandbox)).length).toBeGreaterThan(20);
  const { broken, claims } = await storedClaims(database, sandbox);
  // What the older state claims was so even then.
  expect(broken).toEqual([]);
  expect(await sync()).toBe(0);
  const after = await storedClaims(database, sandbox);
  expect(after.broken).toEqual([]);
  for (const [object, claim] of claims) expect(after.claims.get(object)).toBeGreaterThan(claim);
  expect(await sync(thorough)).toBe(0);
  expect(await wrong(database, sandbox)).toEqual([]);
});

/** Changes of every kind, and time enough for the search index to show them. */
function work({ world, clock }: Sandbox): void {
  world.churn({ steps: 60 });
  clock.advance(2 * 3_600_000);
}

async function versions(url: string): Promise<readonly unknown[]> {
  return inDatabase(url, 'select pipeline, version::int from keyway.checkpoints order by pipeline');
}

const endSessions = (name: string): string =>
  `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`;

/** From outside: a database can neither be copied nor renamed while somebody is in it. */
async function asAdministrator(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await inDatabase(inject('postgres'), statement);
}

async function inDatabase(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(statement)).rows;
  } finally {
    await client.end();
  }
}
