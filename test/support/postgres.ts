import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { expect, inject, onTestFinished } from 'vitest';
import { secretsInDatabase } from './canary/index.ts';

export interface TestDatabase {
  /** Of a superuser. */
  readonly url: string;
  readonly name: string;
  /** Runs a statement of the test's own. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** A fresh, empty database for the test that asks; it goes when that test ends. */
export async function withDatabase(): Promise<TestDatabase> {
  const database = await createDatabase();
  onTestFinished(() => database.drop());
  return database;
}

/** The same for a `beforeAll`, whose `afterAll` drops it. */
export async function createDatabase(): Promise<TestDatabase & { drop(): Promise<void> }> {
  const name = `keyway_${randomBytes(6).toString('hex')}`;
  await once(inject('postgres'), `create database ${name} encoding 'UTF8' template template0`);
  const url = new URL(inject('postgres'));
  url.pathname = name;
  const client = new Client({ connectionString: url.href });
  client.on('error', () => undefined);
  await client.connect();
  return {
    url: url.href,
    name,
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      return (await client.query<Row>(sql, [...values])).rows;
    },
    async drop() {
      const found = await secretsInDatabase(url.href).catch((error: unknown) => [String(error)]);
      await client.end();
      await once(inject('postgres'), `drop database ${name} with (force)`);
      expect(found).toEqual([]);
    },
  };
}

async function once(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
