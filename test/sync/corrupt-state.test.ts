import { expect, inject, it, onTestFinished } from 'vitest';
import { openSyncWorld } from '../support/sync-world.ts';

it.each([
  '{"kind":"nonsense"}',
  '"x"',
  '{}',
  'null',
  '{"kind":"live"}',
  '{"kind":"live","watermark":"today"}',
  '{"kind":"live","watermark":1e300}',
])(
  'a checkpoint that makes no sense, %s, ends its pipeline and says how to load it again; nothing is read by it',
  async (nonsense) => {
    const world = await openSyncWorld(inject('postgres'), { contacts: 40, extraProperties: 0 });
    onTestFinished(() => world.close());
    await world.sync();
    const table = `"${world.schema}_keyway".checkpoints`;
    const spoil = `update ${table} set checkpoint = $1::jsonb where pipeline = 'contacts'`;
    await world.client.query(spoil, [nonsense]);
    world.sandbox.world.churn({ steps: 10 });
    world.sandbox.clock.advance(600_000);
    world.sandbox.clearLogs();
    const runs = await world.sync();
    const outcomes = new Map(runs.map((run) => [run.pipeline, run]));
    expect(outcomes.get('contacts')).toMatchObject({
      outcome: 'failed',
      code: 'warehouse_refused',
      reason: expect.stringMatching(/"contacts" makes no sense.*keyway reset contacts forgets it/) as string,
    });
    expect(outcomes.get('deals')).toMatchObject({ outcome: 'complete' });
    const asked = Object.keys(world.sandbox.requests().counts).filter((line) =>
      /objects\/.*contacts/.test(line),
    );
    expect(asked).toEqual([]);
    const warehouse = await world.engine.open();
    await warehouse.reset('contacts', []);
    await warehouse.close();
    await world.sync();
    expect(await world.differences()).toEqual([]);
  },
);

it('a checkpoint of a time to come ends its pipeline, since from there nothing would be found', async () => {
  const world = await openSyncWorld(inject('postgres'), { contacts: 40, extraProperties: 0 });
  onTestFinished(() => world.close());
  await world.sync();
  const table = `"${world.schema}_keyway".checkpoints`;
  const ahead = `checkpoint = jsonb_set(checkpoint, '{watermark}', to_jsonb((checkpoint->>'watermark')::bigint + $1))`;
  const set = (ms: number) =>
    world.client.query(`update ${table} set ${ahead} where pipeline = 'contacts'`, [ms]);
  await set(60_000);
  expect((await world.sync()).find(({ pipeline }) => pipeline === 'contacts')?.outcome).toBe('complete');
  await set(7_200_000);
  expect((await world.sync()).find(({ pipeline }) => pipeline === 'contacts')).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/"contacts" has come to 20.*yet to come.*keyway reset contacts/) as string,
  });
});
