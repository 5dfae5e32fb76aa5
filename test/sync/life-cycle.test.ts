import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipelines } from '../../pipelines/index.ts';
import type { ObjectPipeline } from '../../src/pipeline.ts';
import { everyReadScope } from '../../src/sandbox/index.ts';
import { createDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

const day = 86_400_000;
const merging = ['contacts', 'companies', 'deals', 'tickets', 'appointments', 'projects'];

/** All that the simulated account has, whether or not there is a pipeline for it yet. */
const objects = `
  contacts companies deals tickets leads line_items products quotes orders carts invoices
  commerce_payments subscriptions discounts fees taxes goal_targets feedback_submissions calls
  emails meetings notes tasks communications postal_mail appointments courses listings services
  projects
`
  .trim()
  .split(/\s+/);

let world: SyncWorld;
let database: Awaited<ReturnType<typeof createDatabase>>;
beforeAll(async () => {
  database = await createDatabase();
  const choice = { contacts: 150, extraProperties: 0, speed: 0, scopes: everyReadScope };
  world = await openSyncWorld(database.url, choice);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

function pipelineOf(name: string): ObjectPipeline {
  const known = pipelines.find((each) => each.kind === 'object' && each.name === name);
  if (known?.kind === 'object') return known;
  const created = world.sandbox.world.truth.properties(name).some(({ spec }) => spec.name === 'createdate')
    ? 'createdate'
    : 'hs_createdate';
  return {
    kind: 'object',
    name,
    object: name,
    typeId: '0-0',
    label: name,
    description: name,
    watermark: 'hs_lastmodifieddate',
    created,
    scopes: [],
    staged: false,
    merges: merging.includes(name),
  };
}

describe.each(objects)('a record of %s', (name) => {
  it('that is archived, restored, merged, deleted for good or expired is in the tables what it is in HubSpot', async () => {
    const { sandbox } = world;
    const pipeline = pipelineOf(name);
    const also = pipelines.includes(pipeline) ? [] : [pipeline];
    const wrongAfter = async (ms: number): Promise<readonly string[]> => {
      sandbox.clock.advance(ms);
      const runs = await world.sync({ only: ['owners', 'pipelines', 'properties', name], also });
      expect(runs.filter(({ outcome }) => outcome !== 'complete')).toEqual([]);
      const found = await world.differences([name]);
      return found.filter((sentence) => sentence.startsWith(`${name} `) && !sentence.includes(': link '));
    };
    expect(await wrongAfter(0)).toEqual([]);
    const living = [...sandbox.world.truth.records(name)].filter(({ state }) => state === 'active');
    const [away, back, gone, one, other] = living.map(({ id }) => id);

    sandbox.world.archive(name, away!);
    sandbox.world.archive(name, back!);
    sandbox.world.permanentDelete(name, gone!);
    if (merging.includes(name)) sandbox.world.merge(name, one!, other!);
    // One nightly cycle.
    expect(await wrongAfter(day)).toEqual([]);
    const isInBin = sandbox.world.truth.record(name, back!)?.state === 'archived';
    if (isInBin) sandbox.world.restore(name, back!);
    expect(await wrongAfter(day)).toEqual([]);

    expect(await wrongAfter(85 * day)).toEqual([]);
    expect(await wrongAfter(5 * day)).toEqual([]);
    expect(sandbox.world.truth.record(name, away!)?.state).toBe('gone');
  });
});
