import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { everyReadScope, type Sandbox } from '../../src/sandbox/index.ts';
import { keyway } from '../cli/run-keyway.ts';
import { withDatabase, type TestDatabase } from '../support/postgres.ts';
import { contents, environment, hurried, withSandbox, type Environment } from './account.ts';

async function account(choice: Parameters<typeof withSandbox>[0] = {}) {
  const [sandbox, database] = [await withSandbox(choice), await withDatabase()];
  const env = {
    ...environment(sandbox, database),
    ...hurried,
    KEYWAY_PIPELINES: '',
    KEYWAY_SYNC__LIST_UP_TO: '',
  };
  const sync = (pipelines = '', more: Environment = {}) =>
    keyway(['sync'], { env: { ...env, ...more, KEYWAY_PIPELINES: pipelines } });
  return { sandbox, database, env, sync };
}

/** Living rows of a table beside living records: what is only there, and what is only here. */
async function differing(
  { sandbox, database }: { sandbox: Sandbox; database: TestDatabase },
  table: string,
  { object, property }: { object: string; property: string },
): Promise<unknown> {
  const rows = await database.query<Record<'id' | 'value', string>>(
    `select id::text, "${property}" as value from hubspot.${table} where not _archived and _deleted_at is null`,
  );
  const want = [...sandbox.world.truth.records(object)]
    .filter(({ state }) => state === 'active')
    .map(({ id, properties }) => ({ id, value: properties[property] || null }));
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  return expect(rows.toSorted(byId)).toEqual(want.toSorted(byId));
}

describe('a custom object', () => {
  const machines = { object: 'machines', property: 'model' };

  it('is found by its schema, with its links, its stages and ids beyond 2^53', async () => {
    const world = await account();
    expect((await world.sync()).exitCode).toBe(0);
    await differing(world, 'custom_machines', machines);
    const { database } = world;
    expect(
      await database.query(`select from hubspot.custom_machines where id > 9007199254740992`),
    ).not.toEqual([]);
    expect(
      await database.query(
        `select from hubspot.associations where from_type = 'custom_machines' and to_type = 'companies'`,
      ),
    ).not.toEqual([]);
    expect(
      await database.query(`select from hubspot.pipelines where object_type = 'custom_machines'`),
    ).not.toEqual([]);
    const [machine] = [...world.sandbox.world.truth.records('machines')];
    world.sandbox.world.update('machines', machine!.id, { model: 'M-101' });
    world.sandbox.clock.advance(120_000);
    expect((await world.sync('custom_machines')).exitCode).toBe(0);
    await differing(world, 'custom_machines', machines);
    const status = await keyway(['status'], { env: world.env });
    expect(status.stdout).toMatch(/custom_machines/);
  });

  it('that the key may no longer read keeps its rows, and is missed', async () => {
    const world = await account();
    expect((await world.sync()).exitCode).toBe(0);
    const before = (await contents(world.database))['hubspot.custom_machines'];
    world.sandbox.world.keys.grant(everyReadScope.filter((scope) => !scope.includes('custom')));
    const { exitCode, stdout } = await world.sync();
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/custom_machines +.*crm\.(objects|schemas)\.custom\.read/);
    expect((await contents(world.database))['hubspot.custom_machines']).toBe(before);
  });

  it('that is named and does not exist is missed', async () => {
    const world = await account();
    const { exitCode, stdout } = await world.sync('custom_planets');
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/custom_planets +HubSpot has no custom object/);
  });
});

describe('an object that Keyway does not know', () => {
  const moons = { object: 'moons', property: 'hs_name' };

  it('syncs with three lines of YAML', async () => {
    const world = await account({ contacts: 150 });
    const folder = mkdtempSync(join(tmpdir(), 'keyway-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'keyway.yaml');
    writeFileSync(file, 'objects:\n  moons:\n    typeId: 0-9001\n');
    const more = { KEYWAY_CONFIG: file };
    expect((await world.sync('', more)).exitCode).toBe(0);
    await differing(world, 'moons', moons);
    const ids = [...world.sandbox.world.truth.records('moons')].map(({ id }) => id);
    world.sandbox.world.update('moons', ids[0]!, { hs_name: 'Europa' });
    world.sandbox.world.archive('moons', ids[1]!);
    world.sandbox.world.merge('moons', ids[2]!, ids[3]!);
    world.sandbox.clock.advance(86_400_000);
    expect((await world.sync('moons', more)).exitCode).toBe(0);
    await differing(world, 'moons', moons);
    expect(await world.database.query(`select from hubspot.merges where object_type = 'moons'`)).toHaveLength(
      2,
    );
  });

  it('and HubSpot does not either is missed when it is named', async () => {
    const world = await account();
    const { exitCode, stdout } = await world.sync('suns', { KEYWAY_OBJECTS: 'suns=0-9999' });
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/suns +HubSpot does not know this object in this account/);
  });
});

describe('an object that is switched off', () => {
  it.each(['forbidden', 'not recognised', 'as ever'] as const)(
    'is skipped, whatever HubSpot says to those who ask (%s), and nothing else',
    async (switchedOff) => {
      const world = await account({ switchedOff: ['0-410'], unknowns: { switchedOff } });
      const { exitCode, stdout } = await world.sync();
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/courses +Courses are switched off in this account/);
      expect(stdout).toMatch(/^ {2}listings +complete/m);
      expect(stdout).toMatch(/^ {2}properties +complete/m);
      expect((await world.sync('courses,contacts')).exitCode).toBe(4);
    },
  );
});

describe('e-mails without the scope for what they say', () => {
  it.each(['null', 'absent', 'refuse'] as const)(
    'are not said to be complete (%s), and that is an error only where they are named',
    async (sensitiveWithoutScope) => {
      const world = await account({ unknowns: { sensitiveWithoutScope } });
      world.sandbox.world.keys.grant(everyReadScope.filter((scope) => scope !== 'sales-email-read'));
      const { exitCode, stdout } = await world.sync();
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^ {4}emails +The Service Key lacks the scope sales-email-read/m);
      expect(stdout).toMatch(/^ {2}notes +complete/m);
      expect((await world.sync('emails')).exitCode).toBe(4);
    },
  );
});
