import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { allReadScopes, everyReadScope, openSandbox } from '../../src/sandbox/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { idsOf, listAll, objects, openAccount } from './account.ts';

/** Everything that an account holds, in one number. */
function fingerprint({ world }: Sandbox): string {
  const hash = createHash('sha256');
  for (const { from, to } of world.truth.pairs())
    for (const link of world.truth.associations(from, to)) hash.update(JSON.stringify(link));
  for (const object of ['contacts', 'companies', 'deals', 'tickets', 'notes', 'emails', 'machines'])
    for (const record of world.truth.records(object)) hash.update(JSON.stringify(record));
  hash.update(JSON.stringify([world.truth.owners(), world.truth.pipelines('deals'), world.truth.lists()]));
  return hash.digest('hex');
}

const open = (seed = 1): Sandbox => openSandbox({ seed, contacts: 200, speed: 0 });

test('the same seed and the same changes give the same account', () => {
  const [a, b] = [open(), open()];
  for (const { world } of [a, b]) {
    world.churn({ steps: 50 });
    world.businessDay({ fraction: 0.05 });
    world.create('contacts', { firstname: 'Last' });
  }
  expect(fingerprint(a)).toBe(fingerprint(b));
});

test('another seed gives another account', () => {
  expect(fingerprint(open(1))).not.toBe(fingerprint(open(2)));
});

test('a standing account is the same from one version of the sandbox to the next', () => {
  const { world } = open();
  const [first] = world.truth.records('contacts');
  expect(first).toMatchObject({ id: '101000000456', createdAt: '2023-10-01T23:23:15.670Z' });
});

test('every kind of change happens on a business day, the clock moves on by a day, and watermarks lie within it', () => {
  const sandbox = open();
  const began = sandbox.clock.now();
  const happened = sandbox.world.businessDay({ fraction: 0.5 });
  expect(Object.keys(happened)).toEqual(
    expect.arrayContaining([
      'update',
      'create',
      'archive',
      'restore',
      'merge',
      'permanent delete',
      'associate',
      'dissociate',
      'recalculate',
      'bulk update',
    ]),
  );
  expect(sandbox.clock.now()).toBe(began + 86_400_000);
  const touched = [...sandbox.world.truth.records('contacts')]
    .map(({ updatedAt }) => Date.parse(updatedAt))
    .filter((at) => at > began);
  expect(touched.length).toBeGreaterThan(30);
  expect(new Set(touched).size).toBeGreaterThan(20);
});

test('changes can happen between requests, and be the same in every replay', async () => {
  const scan = async (): Promise<string[]> => {
    const account = await openAccount();
    const stop = account.sandbox.churnEvery(1, 5);
    const seen = await listAll(account, `${objects}/contacts`);
    stop();
    const before = fingerprint(account.sandbox);
    await account.get(`${objects}/contacts`);
    expect(fingerprint(account.sandbox)).toBe(before);
    return seen.map(({ id }) => id);
  };
  const first = await scan();
  expect(first.length).toBeGreaterThan(250);
  expect(await scan()).toEqual(first);
});

test('the truth and the endpoints agree on every record', async () => {
  const account = await openAccount({ extraProperties: 30 });
  account.sandbox.world.businessDay({ fraction: 0.2 });
  for (const object of ['contacts', 'companies', 'deals', 'tickets', 'notes']) {
    const names = account.sandbox.world.truth
      .properties(object)
      .filter(({ spec }) => spec.dataSensitivity === undefined)
      .map(({ spec }) => spec.name);
    const query = `properties=${encodeURIComponent(names.join(','))}`;
    const listed = [
      ...(await listAll(account, `${objects}/${object}?${query}`)),
      ...(await listAll(account, `${objects}/${object}?archived=true&${query}`)),
    ];
    const byId = new Map(listed.map((record) => [record.id, record]));
    let living = 0;
    for (const record of account.sandbox.world.truth.records(object)) {
      if (record.state !== 'active' && record.state !== 'archived') continue;
      living += 1;
      const found = byId.get(record.id);
      expect(found).toMatchObject({
        createdAt: record.createdAt,
        updatedAt: record.updatedAt,
        archived: record.archived,
      });
      const stored = record.properties;
      expect(found?.properties).toEqual(
        Object.fromEntries(names.map((name) => [name, stored[name] ?? null])),
      );
    }
    expect(living).toBe(listed.length);
  }
});

test('every object is listed, searched and described under its scope, and refused without it', async () => {
  const account = await openAccount({ scopes: everyReadScope });
  const { world } = account.sandbox;
  const counts = Object.entries(world.truth.counts());
  expect(counts.length).toBeGreaterThan(30);
  for (const [name, { active }] of counts) {
    const segment = name === 'machines' ? '2-4711001' : name;
    const listed = await listAll(account, `${objects}/${segment}`);
    expect([name, listed.length]).toEqual([name, active]);
    const found = await account.post(`${objects}/${segment}/search`, {});
    expect([name, found.body.total]).toEqual([name, active]);
    const { body } = await account.get(`/crm/properties/2026-09/${segment}`);
    expect(body.results.map((property) => property.name)).toContain('hs_object_id');
  }
  world.keys.grant(allReadScopes);
  expect((await account.get(`${objects}/leads`)).status).toBe(403);
});

test('hostile values are in every account of some size', () => {
  const sandbox = openSandbox({ contacts: 400, extraProperties: 40, nastyRate: 0.05, speed: 0 });
  const values = new Set(
    [...sandbox.world.truth.records('contacts')].flatMap(({ properties }) => Object.values(properties)),
  );
  for (const value of [
    'NUL inside: a\u0000b',
    'lone high surrogate \ud83d end',
    '1e400',
    'NaN',
    '2024-02-30',
    '0001-01-01',
    '9999-12-31',
    '',
  ])
    expect(values).toContain(value);
  const long = [...values].filter((value) => value?.length === 65_536);
  expect(long.length).toBeGreaterThan(0);
});

test('base deals are in a stage of their pipeline, and contacts bear the ids of real owners', () => {
  const { world } = open();
  const stages = new Map(
    world.truth.pipelines('deals').map(({ id, stages }) => [id, stages.map((stage) => stage.id)]),
  );
  for (const { properties } of world.truth.records('deals'))
    expect(stages.get(properties['pipeline'] ?? '')).toContain(properties['dealstage']);
  const owners = new Set(world.truth.owners().map(({ id }) => id));
  for (const { properties } of world.truth.records('contacts'))
    if (properties['hubspot_owner_id'] !== null) expect(owners).toContain(properties['hubspot_owner_id']);
});

test('changes of what does not exist are mistakes of the caller', () => {
  const { world } = open();
  const [id = ''] = idsOf({ world } as Sandbox, 'contacts', 'archived');
  expect(() => world.update('contacts', id, {})).toThrow('not an active record');
  expect(() => world.create('nothing', {})).toThrow('no object');
  expect(() => world.create('contacts', { nosuch: 'x' })).toThrow('no property "nosuch"');
  expect(() => world.archiveProperty('contacts', 'nosuch')).toThrow('no property');
});

test('an account can be started and stopped twice, and stopped before it was started', async () => {
  const sandbox = open();
  await sandbox.stop();
  expect(() => sandbox.url).toThrow('before it is started');
  await sandbox.start();
  await sandbox.start();
  expect((await fetch(sandbox.url)).status).toBe(401);
  await sandbox.stop();
  await sandbox.stop();
});
