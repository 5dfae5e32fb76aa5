import { expect, it } from 'vitest';
import { allReadScopes } from '../../src/sandbox/index.ts';
import type { SandboxChoice } from '../../src/sandbox/index.ts';
import type { TestRules } from '../support/expected-treatment.ts';
import { openWatched, type WatchedWorld } from '../support/watched-world.ts';

const hour = 3_600_000;
const sensitive = 'crm.objects.contacts.sensitive.read';
const key = 'a key that is at least thirty-two characters long';

async function openAccount(
  unknowns: SandboxChoice['unknowns'],
  scopes = allReadScopes,
): Promise<WatchedWorld> {
  return openWatched({ seed: 8, scopes, ...(unknowns && { unknowns }) });
}

async function outcome(world: WatchedWorld, rules: TestRules): Promise<string> {
  const [run] = await world.sync({ rules, only: ['contacts'], ...world.watched });
  return `${run?.outcome} ${run?.code ?? ''}`.trim();
}

async function filled({ tables }: WatchedWorld, column: string): Promise<number> {
  return (await tables.rows('contacts')).filter((row) => (row[column] ?? null) !== null).length;
}

it('sensitive properties are not even listed when nobody asks for them', async () => {
  const world = await openAccount({}, [...allReadScopes, sensitive]);
  expect(await outcome(world, {})).toBe('complete');
  const asked = world.requests.filter((each) =>
    /dataSensitivity|passport_number|access-token-info/.test(each),
  );
  expect(asked).toEqual([]);
});

it.each(['include', 'hash'] as const)(
  'sensitive properties are read when asked for: %s',
  async (treatment) => {
    const world = await openAccount({}, [...allReadScopes, sensitive, 'tickets.sensitive']);
    const rules: TestRules = { key, sensitivity: { sensitive: treatment } };
    await world.sync({ rules, ...world.watched });
    expect(await filled(world, 'passport_number')).toBeGreaterThan(3);
    expect(await world.differences(undefined, { rules })).toEqual([]);
    expect(world.requests.filter((each) => each.includes('health_note'))).toEqual([]);
  },
);

it.each(['include', 'hash'] as const)(
  'sensitive properties that were read (%s) are held no longer when nobody asks for them, though the dictionary has never heard of them',
  async (treatment) => {
    const world = await openAccount({}, [...allReadScopes, sensitive]);
    expect(await outcome(world, {})).toBe('complete');
    await world.sync({ only: ['properties'] });
    expect(await outcome(world, { key, sensitivity: { sensitive: treatment } })).toBe('complete');
    expect(await filled(world, 'passport_number')).toBeGreaterThan(3);
    expect(await outcome(world, {})).toBe('complete');
    expect(await filled(world, 'passport_number')).toBe(0);
  },
);

it.each(['null', 'absent', 'refuse'] as const)(
  'without their scope, of which HubSpot says %s, they are left and told of; with it, they are filled',
  async (sensitiveWithoutScope) => {
    const world = await openAccount({ sensitiveWithoutScope });
    const rules: TestRules = { sensitivity: { sensitive: 'include' } };
    expect(await outcome(world, rules)).toBe('partial scope_missing');
    expect(await filled(world, 'email')).toBeGreaterThan(20);
    expect(world.requests.filter((each) => each.includes('passport_number'))).toEqual([]);
    world.sandbox.world.keys.grant([...allReadScopes, sensitive]);
    world.sandbox.clock.advance(2 * hour);
    expect(await outcome(world, rules)).toBe('complete');
    await world.sync({ rules, only: ['properties'] });
    expect(await filled(world, 'passport_number')).toBeGreaterThan(3);
    // The scope is taken away again: what is known stays, and is not overwritten by nothing.
    world.sandbox.world.keys.grant(allReadScopes);
    world.sandbox.clock.advance(2 * hour);
    expect(await outcome(world, rules)).toBe('partial scope_missing');
    expect(await filled(world, 'passport_number')).toBeGreaterThan(3);
    // Nobody asks for them any more: what is not asked for is not held.
    world.sandbox.clock.advance(2 * hour);
    expect(await outcome(world, {})).toBe('complete');
    expect(await filled(world, 'passport_number')).toBe(0);
  },
);

it.each([
  ['null', 'complete'],
  ['absent', 'complete'],
  ['refuse', 'partial scope_missing'],
] as const)(
  'where HubSpot does not say which scopes the key has, and gives %s, all else is read',
  async (sensitiveWithoutScope, ended) => {
    const world = await openAccount({ sensitiveWithoutScope });
    world.sandbox.faults.add({ kind: 'error 500', probability: 1, match: 'access-token-info' });
    expect(await outcome(world, { sensitivity: { sensitive: 'include' } })).toBe(ended);
    expect(await filled(world, 'email')).toBeGreaterThan(20);
    const warned = world.logged.some((line) => line.includes(`without the scope ${sensitive}`));
    expect(warned).toBe(ended === 'complete');
  },
);

it('an object with a property that is refused is skipped, and nothing of it is read', async () => {
  const world = await openAccount({}, [...allReadScopes, sensitive]);
  const sensitivity = { sensitive: 'refuse' } as const;
  const rules: TestRules = {
    properties: { deals: { refuse: ['amou*'] } },
    sensitivity,
  };
  const runs = await world.sync({ rules, ...world.watched });
  const skipped = runs.filter((run) => run.outcome === 'skipped');
  expect(skipped.map(({ pipeline, code }) => [pipeline, code])).toEqual([
    ['contacts', 'property_refused'],
    ['deals', 'property_refused'],
    ['tickets', 'property_refused'],
  ]);
  expect(skipped[0]?.reason).toContain('contacts have the property passport_number (sensitive)');
  expect(skipped[1]?.reason).toContain('properties.deals');
  expect(world.requests.filter((each) => /objects\/2026-09\/(?:contacts|deals)/.test(each))).toEqual([]);
  expect(world.requests.filter((each) => /associations/.test(each) && /contacts|deals/.test(each))).toEqual(
    [],
  );
  const decided: TestRules = { properties: { contacts: { exclude: ['passport_number'] } }, sensitivity };
  expect(await outcome(world, decided)).toBe('complete');
});

it('a rule that means nothing is told of, with the nearest name', async () => {
  const world = await openAccount({});
  const rules: TestRules = {
    properties: { contacts: { exclude: ['jobtitel', 'zzz_*'] }, '*': { hash: ['emial', 'phone'] } },
    key,
  };
  await world.sync({ rules, only: ['contacts', 'properties'], ...world.watched });
  const said = world.logged.filter((line) => line.includes('such a property'));
  expect(said.length).toBe(3);
  expect(said.join()).toContain('did you mean jobtitle?');
  expect(said.join()).toContain('properties.*.hash names emial, but no object has');
});
