import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder, keyway } from '../cli/run-keyway.ts';
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

it('check tells of a key in a file that is refused halfway at once, where a run would wait for another one', async () => {
  const sandbox = await withSandbox();
  const file = join(emptyFolder(), 'key');
  writeFileSync(file, sandbox.key);
  sandbox.faults.add({ kind: 'unauthorized 401', skip: 5 });
  const env = { HUBSPOT_BASE_URL: sandbox.url, HUBSPOT_SERVICE_KEY_FILE: file };
  const { exitCode, stdout } = await keyway(['check'], { env });
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/✗ HUBSPOT_SERVICE_KEY\n/);
  expect(stdout).not.toMatch(/^ {2}associations/m);
});
