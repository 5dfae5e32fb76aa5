import { expect, it, onTestFinished } from 'vitest';
import type { PipelineRun } from '../../src/run.ts';
import { allReadScopes, type SandboxChoice } from '../../src/sandbox/index.ts';
import { bendingProxy, type Passing } from '../support/bending-proxy.ts';
import { compareDictionaries } from '../support/compare-dictionaries.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

const names = ['owners', 'teams', 'settings_users', 'roles', 'object_schemas', 'pipelines'] as const;
type Name = (typeof names)[number];

async function opened(choice: SandboxChoice = {}): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, {
    seed: 3,
    contacts: 1500,
    extraProperties: 0,
    speed: 0,
    ...choice,
  });
  onTestFinished(() => world.close());
  return world;
}

async function sync(world: SyncWorld, name: Name, options: SyncOptions = {}): Promise<PipelineRun> {
  const [run] = await world.sync({ only: [name], ...options });
  return run!;
}

/** But for those that are not read here. */
async function wrong({ tables, sandbox }: SyncWorld): Promise<readonly string[]> {
  const found = await compareDictionaries(tables, sandbox, { objects: ['deals', 'tickets'] });
  return found.filter((sentence) => !/^(?:account|association_types): /.test(sentence));
}

function bent(world: SyncWorld, bend: (passing: Passing) => object | undefined): Promise<string> {
  return bendingProxy(
    () => world.sandbox.url,
    (passing) => {
      const body = bend(passing);
      return body && { body };
    },
  );
}

async function open(world: SyncWorld, table: string): Promise<number> {
  const rows = await world.tables.rows(table);
  return rows.filter((row) => (row['_deleted_at'] ?? null) === null).length;
}

it('are all there, and follow what changes', async () => {
  const world = await opened();
  await world.sync({ only: [...names] });
  expect(await wrong(world)).toEqual([]);
  const { world: account } = world.sandbox;
  const [first, second] = account.truth.owners();
  const made = account.addTeam('New ones');
  account.setTeams(first!.id, [made, '4100001']);
  account.archiveOwner(second!.id);
  account.renameTeam('4100002', 'Sales, renamed');
  account.deleteTeam('4100003');
  account.deletePipeline('deals', account.truth.pipelines('deals')[1]!.id);
  for (const run of await world.sync({ only: [...names] }))
    expect(run).toMatchObject({ outcome: 'complete' });
  expect(await wrong(world)).toEqual([]);
  const users = await world.tables.rows('settings_users');
  const left = users.find((row) => row['id'] === String(second!.userId));
  expect(left?.['_deleted_at']).not.toBeNull();
});

it('cost so many calls while nothing changes', async () => {
  const world = await opened();
  await world.sync({ only: [...names] });
  const calls: Record<string, number> = {};
  for (const name of names) {
    const before = world.sandbox.requests().total;
    await world.sync({ only: [name] });
    // Each process asks once whose key this is.
    calls[name] = world.sandbox.requests().total - before - 1;
  }
  // Owners and schemas: the living and the archived. Pipelines: one for each object that has some.
  expect(calls).toEqual({
    owners: 2,
    teams: 1,
    settings_users: 1,
    roles: 1,
    object_schemas: 2,
    pipelines: 2,
  });
});

it('of custom objects tell names, labels and what names a record', async () => {
  const world = await opened();
  await sync(world, 'object_schemas');
  expect(await world.tables.rows('object_schemas')).toMatchObject([
    {
      object_type: 'custom_machines',
      type_id: '2-4711001',
      name: 'machines',
      singular_label: 'Machine',
      plural_label: 'Machines',
      primary_display_property: 'serial_number',
      secondary_display_properties: null,
      required_properties: ['serial_number'],
      archived: 'false',
    },
  ]);
});

const withoutTeams = allReadScopes.filter((scope) => scope !== 'settings.users.teams.read');

it('tell of teams as far as owners do where the key may not read settings, and say so', async () => {
  const world = await opened({ scopes: withoutTeams });
  const { world: account } = world.sandbox;
  account.addTeam('Nobody yet');
  const run = await sync(world, 'teams');
  expect(run).toMatchObject({ outcome: 'partial', completeUpTo: world.sandbox.clock.now() });
  expect(run.code).toBeUndefined();
  expect(run.reason).toContain('settings.users.teams.read');
  account.renameTeam('4100001', 'Renamed');
  account.deleteTeam('4100002');
  await sync(world, 'teams');
  const stored = (await world.tables.rows('teams')).map(
    (row) => `${String(row['id'])} ${String(row['name'])}`,
  );
  expect(stored.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    '4100001 Renamed',
    '4100003 Support & Service',
  ]);
  const members = await world.tables.rows('team_members');
  expect(members.length).toBeGreaterThan(3);
  account.keys.grant(allReadScopes);
  await world.sync({ only: [...names] });
  expect(await wrong(world)).toEqual([]);
});

it('keep the teams that settings told of when the key may no longer read these', async () => {
  const world = await opened();
  const { world: account } = world.sandbox;
  account.addTeam('Nobody yet');
  await sync(world, 'teams');
  account.keys.grant(withoutTeams);
  account.renameTeam('4100001', 'Renamed');
  expect(await sync(world, 'teams')).toMatchObject({ outcome: 'partial' });
  expect(await sync(world, 'teams')).toMatchObject({ outcome: 'partial' });
  const stored = (await world.tables.rows('teams')).map((row) => row['name']);
  expect(stored).toEqual(expect.arrayContaining(['Nobody yet', 'Renamed']));
  expect(stored).toHaveLength(4);
});

it.each([
  ['settings_users', 'settings.users.read'],
  ['object_schemas', 'crm.schemas.custom.read'],
] as const)('%s is skipped with the name of its scope', async (name, scope) => {
  const world = await opened({ scopes: ['oauth'] });
  const run = await sync(world, name);
  expect(run).toMatchObject({ outcome: 'skipped', code: 'scope_missing' });
  expect(run.reason).toMatch(new RegExp(`${scope}|crm\\.objects\\.\\w+\\.read`));
});

it('are asked for again before a row is closed', async () => {
  const world = await opened();
  await sync(world, 'owners');
  let answers = 0;
  const baseUrl = await bent(world, ({ path, body }) => {
    if (!path.includes('/owners/') || path.includes('archived=true') || ++answers > 1) return undefined;
    return { results: (body as { results: unknown[] }).results.slice(5) };
  });
  const run = await sync(world, 'owners', { baseUrl });
  expect(run).toMatchObject({ outcome: 'complete', counts: { removed: 0 } });
  expect(answers).toBe(2);
});

it('that come back empty, or with less than half, are kept until somebody says that it is true', async () => {
  const world = await opened();
  await sync(world, 'owners');
  const before = await open(world, 'owners');
  expect(before).toBeGreaterThan(25);
  const baseUrl = await bent(world, ({ path, body }) =>
    path.includes('/owners/') ? { results: (body as { results: unknown[] }).results.slice(0, 5) } : undefined,
  );
  const run = await sync(world, 'owners', { baseUrl });
  expect(run).toMatchObject({ outcome: 'failed', code: 'mass_deletion' });
  expect(run.reason).toContain('keyway sync owners --accept-deletions');
  expect(await open(world, 'owners')).toBe(before);
  expect(await sync(world, 'owners', { baseUrl, acceptDeletions: true })).toMatchObject({
    outcome: 'complete',
  });
  expect(await open(world, 'owners')).toBeLessThan(11);
  await world.sync({ only: [...names] });
  expect(await wrong(world)).toEqual([]);
});

it('of one object that is refused, unknown or suddenly empty hurt no other', async () => {
  const world = await opened();
  await world.sync({ only: [...names] });
  const account = world.sandbox.world;
  for (const kind of ['forbidden 403', 'error 404'] as const) {
    account.addStage('tickets', '0', { id: kind, label: 'New' });
    const baseUrl = await bendingProxy(
      () => world.sandbox.url,
      ({ path }) => {
        if (!path.includes('/pipelines/2026-09/deals')) return undefined;
        return { status: Number(kind.slice(-3)), body: { status: 'error', message: 'no' } };
      },
    );
    const run = await sync(world, 'pipelines', { baseUrl });
    expect(run).toMatchObject({ outcome: 'partial' });
    expect(run.code).toBeUndefined();
    expect(await wrong(world)).toEqual([]);
  }
  for (let n = 0; n < 12; n++) account.addStage('deals', 'default', { id: `s${n}`, label: 'New' });
  account.addStage('tickets', '0', { id: 'last', label: 'New' });
  await sync(world, 'pipelines');
  const baseUrl = await bent(world, ({ path }) =>
    path.includes('/pipelines/2026-09/deals') ? { results: [] } : undefined,
  );
  expect(await sync(world, 'pipelines', { baseUrl })).toMatchObject({
    outcome: 'partial',
    code: 'mass_deletion',
  });
  expect(await wrong(world)).toEqual([]);
});

it('claim nothing of an object that was not read, where they have something of it', async () => {
  const world = await opened();
  const { clock } = world.sandbox;
  const without = (status: number, body: object): Promise<string> =>
    bendingProxy(
      () => world.sandbox.url,
      ({ path }) => (path.includes('/pipelines/2026-09/deals') ? { status, body } : undefined),
    );
  const baseUrl = await without(403, { status: 'error', message: 'no' });
  expect(await sync(world, 'pipelines', { baseUrl })).toMatchObject({ completeUpTo: clock.now() });
  for (let n = 0; n < 12; n++)
    world.sandbox.world.addStage('deals', 'default', { id: `s${n}`, label: 'New' });
  await sync(world, 'pipelines');
  const whole = clock.now();
  for (const bent of [baseUrl, await without(200, { results: [] })]) {
    clock.advance(3_600_000);
    const run = await sync(world, 'pipelines', { baseUrl: bent });
    expect(run).toMatchObject({ outcome: 'partial', completeUpTo: whole });
  }
  expect(await sync(world, 'pipelines')).toMatchObject({ outcome: 'complete', completeUpTo: clock.now() });
});
