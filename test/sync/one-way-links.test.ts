import { expect, it, onTestFinished } from 'vitest';
import { KeywayError } from '../../src/errors.ts';
import { bendingProxy, noLinks } from '../support/bending-proxy.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type Around, type SyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;

async function account(contacts: number): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts, extraProperties: 0, speed: 0 });
  onTestFinished(() => world.close());
  return world;
}

/** As links with an object that came into use long after the other. */
async function linkedOfLate(): Promise<SyncWorld> {
  const world = await account(1300);
  const { truth } = world.sandbox.world;
  const living = [...truth.records('contacts')].filter(({ state }) => state === 'active');
  const oldest = new Set(living.slice(0, 1050).map(({ id }) => id));
  for (const { fromId, toId } of truth.associations('deals', 'contacts')) {
    if (!oldest.has(toId) || truth.record('deals', fromId)?.state !== 'active') continue;
    world.sandbox.world.dissociate({ object: 'deals', id: fromId }, { object: 'contacts', id: toId });
  }
  return world;
}

/** HubSpot gives no links from deals to contacts, but those from contacts to deals. */
function silentFromDeals(world: SyncWorld): Promise<string> {
  return bendingProxy(
    () => world.sandbox.url,
    ({ path, sent }) => (path.includes('/deals/contacts/batch/read') ? noLinks({ sent }) : undefined),
  );
}

/** HubSpot is down when it is asked for links from contacts to deals. */
const downFromContacts: Around = {
  source: (source) => ({
    ...source,
    links(pair, ...question) {
      if (pair.from !== 'contacts' || pair.to !== 'deals') return source.links(pair, ...question);
      throw new KeywayError('hubspot_unavailable', 'HubSpot is down.', { verdict: 'retry' });
    },
  }),
};

/** Their types are those of the direction in which they were given. */
function ends(links: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(links.map((link) => link.join(' ')))].sort();
}

function realEnds(world: SyncWorld): readonly string[] {
  const { truth } = world.sandbox.world;
  const real = [...truth.associations('deals', 'contacts')].filter(
    ({ fromId, toId }) =>
      truth.record('deals', fromId)?.state === 'active' && truth.record('contacts', toId)?.state === 'active',
  );
  expect(real.length).toBeGreaterThan(20);
  return ends(real.map(({ fromId, toId }) => [fromId, toId]));
}

async function storedEnds(world: SyncWorld): Promise<readonly string[]> {
  const rows = await world.tables.rows('associations');
  const stored = rows.filter((row) => row['from_type'] === 'deals' && row['to_type'] === 'contacts');
  return ends(stored.map((row) => [String(row['from_id']), String(row['to_id'])]));
}

it('a pair that is answered from its other end is noticed, also where only its newest records have links', async () => {
  const world = await linkedOfLate();
  const baseUrl = await silentFromDeals(world);
  const runs = await world.sync({ baseUrl });
  expect(runs.find(({ pipeline }) => pipeline === 'associations')?.outcome).toBe('complete');
  expect(await storedEnds(world)).toEqual(realEnds(world));
});

it('a pair whose other end could not be asked claims nothing, and is asked there in the next run', async () => {
  const world = await account(300);
  const baseUrl = await silentFromDeals(world);
  const runs = await world.sync({ baseUrl, around: downFromContacts });
  expect(runs.find(({ pipeline }) => pipeline === 'associations')?.outcome).toBe('failed');
  world.sandbox.clock.advance(hour);
  const [run] = await world.sync({ only: ['associations'], baseUrl, linkCalls: 0 });
  expect(run).toMatchObject({ outcome: 'complete' });
  expect(await storedEnds(world)).toEqual(realEnds(world));
});

it('a pair that is answered from its other end loses no link when all is read anew', async () => {
  const world = await account(300);
  const baseUrl = await silentFromDeals(world);
  await world.sync({ baseUrl });
  world.sandbox.clock.advance(hour);
  const only = ['associations'];
  await world.sync({ only, baseUrl, fullRefresh: true, around: downFromContacts });
  expect(await storedEnds(world)).toEqual(realEnds(world));
});

/** Notes each question for links from deals to contacts, and answers it with those that are let through. */
function fromDeals(questions: string[], isGiven: (deal: string) => boolean): Around {
  return {
    source: (source) => ({
      ...source,
      async links(pair, ...question) {
        const answer = await source.links(pair, ...question);
        if (pair.from !== 'deals' || pair.to !== 'contacts') return answer;
        questions.push(question[0].join());
        return { ...answer, links: answer.links.filter(({ fromId }) => isGiven(fromId)) };
      },
    }),
  };
}

async function links(world: SyncWorld, around: Around, linkCalls = 500): Promise<void> {
  world.sandbox.clock.advance(hour);
  const runs = await world.sync({ around, linkCalls });
  expect(runs.map(({ outcome }) => outcome)).not.toContain('failed');
}

it('a pair that was silent for once is asked from its own end again', async () => {
  const world = await account(300);
  await world.sync({ around: fromDeals([], () => false) });
  await links(
    world,
    fromDeals([], () => true),
  );
  expect((await world.differences()).filter((text) => text.includes(': link '))).toEqual([]);
  const { truth } = world.sandbox.world;
  const of = (object: string): string =>
    [...truth.records(object)].find(({ state }) => state === 'active')!.id;
  const deal = world.sandbox.world.create('deals', { dealname: 'New' });
  world.sandbox.world.associate({ object: 'deals', id: deal }, { object: 'contacts', id: of('contacts') });
  await links(
    world,
    fromDeals([], () => true),
    0,
  );
  expect((await world.differences()).filter((text) => text.includes(': link '))).toEqual([]);
});

it('a pair of which only some links come from its own end is asked from the other one, and costs a question', async () => {
  const world = await account(300);
  await world.sync({ around: fromDeals([], () => false) });
  const some = (deal: string): boolean => !deal.endsWith('3');
  for (let run = 0; run < 2; run++) {
    const questions: string[] = [];
    await links(world, fromDeals(questions, some));
    expect(questions.length).toBe(1);
    expect(await storedEnds(world)).toEqual(realEnds(world));
  }
});
