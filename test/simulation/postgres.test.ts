import { afterAll, beforeAll } from 'vitest';
import { createDatabase } from '../support/postgres.ts';
import { postgresEngine } from '../support/postgres-engine.ts';
import { describeLives } from './lives.ts';
import { goesInTurn } from './seeds.ts';

let database: Awaited<ReturnType<typeof createDatabase>>;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

describeLives('lives with a real Postgres', {
  warehouse: 'postgres',
  from: 1,
  to: 16,
  engine: (life) => postgresEngine(database.url, { inTurn: goesInTurn(life) }),
});
