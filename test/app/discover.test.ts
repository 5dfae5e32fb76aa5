import { describe, expect, it } from 'vitest';
import type { DiscoverReport } from '../../src/app/index.ts';
import { everyReadScope } from '../../src/sandbox/index.ts';
import { keyway } from '../cli/run-keyway.ts';
import { hurried, withSandbox } from './account.ts';

describe('keyway discover', { timeout: 60_000 }, () => {
  it('shows the objects of the account, those that cannot be read among them, and changes nothing', async () => {
    const sandbox = await withSandbox();
    sandbox.world.keys.grant(everyReadScope.filter((scope) => !scope.includes('deals')));
    const env = {
      ...hurried,
      HUBSPOT_BASE_URL: sandbox.url,
      HUBSPOT_SERVICE_KEY: sandbox.key,
      KEYWAY_PIPELINES: 'contacts',
      // Nobody is there, and nobody is asked.
      KEYWAY_WAREHOUSE: 'postgres://keyway@127.0.0.1:9/nowhere',
    };
    const text = await keyway(['discover'], { env });
    expect([text.exitCode, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toMatch(/People|Contacts/i);
    expect(text.stdout).toMatch(/ contacts +\d+ +syncs$/m);
    expect(text.stdout).toMatch(/ companies +\d+ +left out by the settings$/m);
    expect(text.stdout).toMatch(/ deals +– +cannot be read$/m);
  });

  it('shows of an object each property, and the column that it has', async () => {
    const sandbox = await withSandbox();
    sandbox.world.addProperty('contacts', {
      name: 'shoe_size',
      label: 'Shoe \u001b[2J size',
      type: 'number',
    });
    sandbox.world.addProperty('contacts', { name: 'id', label: 'Taken name', type: 'string' });
    const env = {
      ...hurried,
      HUBSPOT_BASE_URL: sandbox.url,
      HUBSPOT_SERVICE_KEY: sandbox.key,
      KEYWAY_PROPERTIES: '{"contacts": {"exclude": ["email"]}}',
    };
    const { stdout } = await keyway(['discover', 'contacts'], { env });
    expect(stdout).toMatch(/^ +shoe_size +Shoe +\[2J size +number +shoe_size +number$/m);
    expect(stdout).toMatch(/^ +email .*left out$/m);
    expect(stdout).not.toContain('\u001b');
    const json = await keyway(['discover', 'contacts', '--json'], { env });
    const report = JSON.parse(json.stdout) as DiscoverReport;
    expect(report.objects).toHaveLength(1);
    const [contacts] = report.objects;
    expect(contacts).toMatchObject({ table: 'contacts', typeId: '0-1', isWanted: true });
    const of = (name: string): unknown => contacts?.properties.find((property) => property.name === name);
    expect(of('email')).toEqual({ name: 'email', label: 'Email', type: 'string', treatment: 'leave' });
    expect(of('shoe_size')).toMatchObject({
      column: 'shoe_size',
      columnType: 'number',
      treatment: 'include',
    });
    expect(of('id')).toMatchObject({ column: expect.stringMatching(/^id_+\w+$/) as string });
  });

  it('is for objects', async () => {
    const env = { HUBSPOT_SERVICE_KEY: 'x' };
    const { exitCode, stderr } = await keyway(['discover', 'owners'], { env });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('owners is no object')]);
  });
});
