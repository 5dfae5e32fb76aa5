import { describe, expect, it } from 'vitest';
import { allReadScopes, everyReadScope } from '../../src/sandbox/index.ts';
import type { TestRules } from '../support/expected-treatment.ts';
import type { SyncOptions } from '../support/sync-world.ts';
import { openWatched, type WatchedWorld } from '../support/watched-world.ts';

const hour = 3_600_000;
const sensitive = 'crm.objects.contacts.sensitive.read';
const bodies = 'sales-email-read';
const rules: TestRules = { sensitivity: { sensitive: 'include' } };

/** HubSpot gives nulls for what the key may not see, which is where most can be lost. */
function openAccount(scopes: readonly string[]): Promise<WatchedWorld> {
  return openWatched({ seed: 8, scopes, unknowns: { sensitiveWithoutScope: 'null' } });
}

async function outcome(
  world: WatchedWorld,
  object = 'contacts',
  around: SyncOptions['around'] = {},
): Promise<string> {
  world.sandbox.clock.advance(2 * hour);
  const only = { objects: [object], only: [object, 'properties'], listUpTo: 0, sweepEvery: 1e12, around };
  const runs = await world.sync({ rules, ...only, ...world.watched });
  const run = runs.find(({ pipeline }) => pipeline === object);
  return `${run?.outcome} ${run?.code ?? ''}`.trim();
}

async function filled({ tables }: WatchedWorld, object: string, column: string): Promise<number> {
  return (await tables.rows(object)).filter((row) => (row[column] ?? null) !== null).length;
}

/** Of the rows of this object alone. */
async function wrong(world: WatchedWorld, object = 'contacts'): Promise<readonly string[]> {
  return (await world.differences([object], { rules })).filter((each) => each.startsWith(`${object} `));
}

function edit({ sandbox: { world } }: WatchedWorld, object: string, values: Record<string, string>): void {
  for (const { id, state } of world.truth.records(object))
    if (state === 'active') world.update(object, id, values);
}

async function untold(world: WatchedWorld, work: () => Promise<void>): Promise<void> {
  world.sandbox.faults.add({ kind: 'error 500', probability: 1, match: 'access-token-info' });
  await work();
  world.sandbox.faults.clear();
}

/** The key loses scopes as soon as records are read. */
function losing(world: WatchedWorld, scopes: readonly string[]): SyncOptions['around'] {
  return {
    source: (source) => ({
      ...source,
      read(...asked) {
        world.sandbox.world.keys.grant(scopes);
        return source.read(...asked);
      },
    }),
  };
}

describe('sensitive values', () => {
  const [withScope, without] = [[...allReadScopes, sensitive], allReadScopes];

  it('that are kept back stay as they were when HubSpot does not say so the next time', async () => {
    const world = await openAccount(withScope);
    expect(await outcome(world)).toBe('complete');
    const before = await filled(world, 'contacts', 'passport_number');
    expect(before).toBeGreaterThan(3);
    world.sandbox.world.keys.grant(without);
    expect(await outcome(world)).toBe('partial scope_missing');
    await untold(world, async () => expect(await outcome(world)).toBe('partial scope_missing'));
    expect(await filled(world, 'contacts', 'passport_number')).toBe(before);
    world.sandbox.world.keys.grant(withScope);
    expect(await outcome(world)).toBe('complete');
    expect(await wrong(world)).toEqual([]);
  });

  it('that were read without knowing whether they are given are read again once it is known', async () => {
    const world = await openAccount(without);
    await untold(world, async () => expect(await outcome(world)).toBe('complete'));
    expect(await filled(world, 'contacts', 'passport_number')).toBe(0);
    world.sandbox.world.keys.grant(withScope);
    expect(await outcome(world)).toBe('complete');
    expect(await wrong(world)).toEqual([]);
  });

  it('whose scope is lost while they are read, and is back before the next run, are read again', async () => {
    const world = await openAccount(withScope);
    expect(await outcome(world)).toBe('complete');
    edit(world, 'contacts', { firstname: 'Edited' });
    expect(await outcome(world, 'contacts', losing(world, without))).toBe('partial scope_missing');
    expect(await wrong(world)).not.toEqual([]);
    world.sandbox.world.keys.grant(withScope);
    expect(await outcome(world)).toBe('complete');
    expect(await wrong(world)).toEqual([]);
  });

  it('whose scope is lost while their history is read, and is back before the next run, have it read again', async () => {
    const world = await openAccount(withScope);
    const only = ['contacts', 'properties', 'property_history'];
    const options = { rules, only, objects: ['contacts'], history: { contacts: ['passport_number'] } };
    const loses: SyncOptions['around'] = {
      source: (source) => ({
        ...source,
        history(...asked) {
          world.sandbox.world.keys.grant(without);
          return source.history(...asked);
        },
      }),
    };
    await world.sync({ ...options, ...world.watched, around: loses });
    expect(await world.tables.rows('property_history')).toEqual([]);
    world.sandbox.world.keys.grant(withScope);
    world.sandbox.clock.advance(2 * hour);
    await world.sync({ ...options, ...world.watched });
    expect((await world.tables.rows('property_history')).length).toBeGreaterThan(3);
  });
});

describe('what e-mails say', () => {
  const without = everyReadScope.filter((scope) => scope !== bodies);

  async function withEmails(scopes: readonly string[]): Promise<WatchedWorld> {
    const world = await openAccount(scopes);
    for (const n of [1, 2, 3])
      world.sandbox.world.create('emails', { hs_email_subject: `No. ${n}`, hs_email_html: '<p>Hello</p>' });
    return world;
  }

  it('is read again once the key has the scope for it', async () => {
    const world = await withEmails(without);
    expect(await outcome(world, 'emails')).toBe('partial');
    expect(await filled(world, 'emails', 'hs_email_html')).toBe(0);
    expect(await outcome(world, 'emails')).toBe('partial');
    world.sandbox.world.keys.grant(everyReadScope);
    expect(await outcome(world, 'emails')).toBe('complete');
    expect(await wrong(world, 'emails')).toEqual([]);
    // All is in: nothing is read twice.
    const asked = world.requests.length;
    expect(await outcome(world, 'emails')).toBe('complete');
    expect(world.requests.slice(asked).filter((each) => each.includes('batch/read'))).toEqual([]);
  });

  it('is read again when the scope for it is lost during a run, and is back before the next', async () => {
    const world = await withEmails(everyReadScope);
    expect(await outcome(world, 'emails')).toBe('complete');
    edit(world, 'emails', { hs_email_subject: 'Edited' });
    expect(await outcome(world, 'emails', losing(world, without))).toBe('partial');
    expect(await wrong(world, 'emails')).not.toEqual([]);
    world.sandbox.world.keys.grant(everyReadScope);
    expect(await outcome(world, 'emails')).toBe('complete');
    expect(await wrong(world, 'emails')).toEqual([]);
  });

  it('is told of where HubSpot does not say whether it is given, and read again once it says so', async () => {
    const world = await withEmails(without);
    await untold(world, async () => expect(await outcome(world, 'emails')).toBe('complete'));
    expect(world.logged.some((line) => line.includes(`without the scope ${bodies}`))).toBe(true);
    world.sandbox.world.keys.grant(everyReadScope);
    expect(await outcome(world, 'emails')).toBe('complete');
    expect(await wrong(world, 'emails')).toEqual([]);
  });
});
