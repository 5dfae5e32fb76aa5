import { expect, it } from 'vitest';
import { keyway } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox } from './account.ts';

it('check does not blame the key for a day whose calls are used up', async () => {
  const [sandbox, database] = [await withSandbox(), await withDatabase()];
  sandbox.faults.add({ kind: 'daily 429', match: '/properties/' });
  const env = { ...environment(sandbox, database), ...hurried };
  const { exitCode, stdout } = await keyway(['check'], { env });
  expect(exitCode).toBe(75);
  expect(stdout).toContain('is accepted');
  expect(stdout).toContain(String(sandbox.portalId));
  expect(stdout).toMatch(/✗ .*(?:daily|today|day)/);
});
