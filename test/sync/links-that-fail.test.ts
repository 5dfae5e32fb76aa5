import { expect, it, onTestFinished } from 'vitest';
import type { PipelineRun } from '../../src/run.ts';
import { bendingProxy, type Passing } from '../support/bending-proxy.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;

async function synced(): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0 });
  onTestFinished(() => world.close());
  await world.sync();
  world.sandbox.clock.advance(hour);
  return world;
}

type Bend = (answer: Passing) => ReturnType<Parameters<typeof bendingProxy>[1]>;

async function syncLinks(world: SyncWorld, bend: Bend, options: SyncOptions = {}): Promise<PipelineRun> {
  const baseUrl = await bendingProxy(() => world.sandbox.url, bend);
  const [run] = await world.sync({ only: ['associations'], baseUrl, ...options });
  return run!;
}

const contactsToCompanies = '/contacts/companies/batch/read';

function inputsOf({ sent }: Passing): readonly string[] {
  return (JSON.parse(sent) as { inputs: { id: string }[] }).inputs.map(({ id }) => id);
}

async function linksOf(world: SyncWorld, from: string, id?: string): Promise<number> {
  const { rowCount } = await world.client.query(
    `select from "${world.schema}".associations where from_type = $1 and from_id::text = coalesce($2, from_id::text)`,
    [from, id],
  );
  return rowCount ?? 0;
}

/** A contact that has a company. */
function linkedContact({ sandbox }: SyncWorld): string {
  const { truth } = sandbox.world;
  const link = [...truth.associations('contacts', 'companies')].find(
    ({ fromId, toId }) =>
      truth.record('contacts', fromId)?.state === 'active' &&
      truth.record('companies', toId)?.state === 'active',
  );
  return link!.fromId;
}

it.each([
  ['refuses', { status: 400, body: { status: 'error', message: 'Bad record' } }],
  ['fails at', { status: 500, body: { status: 'error', message: 'internal error' } }],
])(
  'a record that HubSpot %s keeps its links, holds up no other, and is asked for again in each run',
  async (_how, answer) => {
    const world = await synced();
    const id = linkedContact(world);
    const before = { own: await linksOf(world, 'contacts', id), deals: await linksOf(world, 'deals') };
    expect(before.own).toBeGreaterThan(0);
    const bend: Bend = (passing) =>
      passing.path.includes(contactsToCompanies) && inputsOf(passing).includes(id) ? answer : undefined;
    const claimed = (await world.sync({ only: ['associations'] }))[0]?.completeUpTo;
    world.sandbox.clock.advance(hour);
    await world.sync({ only: ['contacts', 'companies', 'deals', 'tickets'] });
    for (const options of [{}, { linkCalls: 0 }]) {
      const run = await syncLinks(world, bend, options);
      expect(run).toMatchObject({
        outcome: 'partial',
        code: 'hubspot_bad_answer',
        completeUpTo: claimed,
      });
      expect(run.reason).toContain(`1 of the records with links from contacts to companies (id ${id})`);
      expect(await linksOf(world, 'contacts', id)).toBe(before.own);
      expect(await linksOf(world, 'deals')).toBe(before.deals);
      world.sandbox.clock.advance(hour);
    }
    const [company] = [...world.sandbox.world.truth.associations('contacts', 'companies')].filter(
      ({ fromId }) => fromId === id,
    );
    world.sandbox.world.dissociate({ object: 'contacts', id }, { object: 'companies', id: company!.toId });
    const run = await syncLinks(world, () => undefined, { linkCalls: 0 });
    expect(run).toMatchObject({ outcome: 'complete' });
    expect(run.completeUpTo).toBeGreaterThan(claimed!);
    expect(await linksOf(world, 'contacts', id)).toBeLessThan(before.own);
  },
);

/** What HubSpot says of the links of an id that it no longer has is unknown: here, that it was not found. */
it('a row whose record is gone does not keep other links from being read', async () => {
  const world = await synced();
  const [gone] = [...world.sandbox.world.truth.records('contacts')].filter(({ state }) => state === 'active');
  await world.sync({ only: ['contacts', 'companies', 'deals', 'tickets'] });
  world.sandbox.world.gdprDelete(gone!.id);
  const run = await syncLinks(world, ({ path, body }) => {
    if (!path.includes(contactsToCompanies)) return undefined;
    const answer = body as { errors?: { context: { fromObjectId: string[] } }[] };
    const errors = answer.errors?.map(({ context, ...error }) =>
      context.fromObjectId.includes(gone!.id)
        ? { status: 'error', category: 'OBJECT_NOT_FOUND', message: 'not found', context }
        : { ...error, context },
    );
    return { body: { ...answer, ...(errors && { errors }) } };
  });
  expect(run).toMatchObject({ outcome: 'complete' });
});

it('a pair that HubSpot fails at holds up no other, and the run names it', async () => {
  const world = await synced();
  await world.client.query(`delete from "${world.schema}".associations`);
  const run = await syncLinks(world, ({ path }) =>
    path.includes('/deals/contacts/batch/read') || path.includes(contactsToCompanies)
      ? { status: 503, body: { status: 'error', message: 'unavailable' } }
      : undefined,
  );
  expect(run).toMatchObject({ outcome: 'failed', code: 'hubspot_unavailable' });
  expect(run.reason).toContain('Links from contacts to companies, from deals to contacts: HubSpot is not');
  expect(await linksOf(world, 'contacts')).toBe(0);
  expect((await world.differences()).filter((text) => text.startsWith('deals to companies'))).toEqual([]);
  expect((await world.differences()).filter((text) => text.startsWith('tickets'))).toEqual([]);
});

it('links whose pages lead in a circle end no run late', { timeout: 60_000 }, async () => {
  const world = await synced();
  const id = linkedContact(world);
  let calls = 0;
  const run = await syncLinks(world, (passing) => {
    if (!passing.path.includes(contactsToCompanies)) return undefined;
    calls += 1;
    const after = passing.sent.includes('MC0xMDA') ? 'MC0yMDA' : 'MC0xMDA';
    const { results, ...rest } = passing.body as { results: { from: { id: string } }[] };
    const others = results.filter(({ from }) => from.id !== id);
    const odd = { from: { id }, to: [], paging: { next: { after } } };
    return { body: { ...rest, results: inputsOf(passing).includes(id) ? [...others, odd] : others } };
  });
  expect(run).toMatchObject({ outcome: 'partial' });
  expect(calls).toBeLessThan(100);
});
