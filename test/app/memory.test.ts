import { expect, it } from 'vitest';
import { keyway } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox } from './account.ts';

/** In megabytes. */
const heap = 72;
const megabyte = 1024 * 1024;

it('a process with less memory than the texts that it carries gets them all across', async () => {
  const sandbox = await withSandbox({ contacts: 1250 });
  const active = [...sandbox.world.truth.records('contacts')].filter(({ state }) => state === 'active');
  const message = 'as long as a text can be '.repeat(2_600);
  const ids = active.map(({ id }) => id);
  sandbox.world.bulkUpdate('contacts', ids, { message });
  expect(message.length * active.length).toBeGreaterThan(heap * megabyte);
  const database = await withDatabase();
  const env = { ...environment(sandbox, database), ...hurried, NODE_OPTIONS: `--max-old-space-size=${heap}` };
  expect((await keyway(['sync', 'contacts', 'properties'], { env })).exitCode).toBe(0);
  const rows = await database.query('select from hubspot.contacts where message = $1', [message]);
  expect(rows).toHaveLength(active.length);
});
