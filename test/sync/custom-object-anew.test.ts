import { expect, it, onTestFinished } from 'vitest';
import { objects } from '../../pipelines/objects/index.ts';
import { inProcess } from '../simulation/in-process.ts';
import { openTurns } from '../simulation/turns.ts';
import { memoryEngine } from '../support/memory-engine.ts';
import { openWorld, type SyncOptions } from '../support/sync-world.ts';

it('an object that is made anew under its old name takes over its table, and the records of before are cleared', async () => {
  const world = await openWorld(memoryEngine(), { seed: 3, contacts: 60, speed: 0 });
  onTestFinished(() => world.close());
  const { sandbox } = world;
  const turns = openTurns(1, sandbox.clock);
  const thing = (from: string): SyncOptions => {
    const pipeline = objects.find(({ name }) => name === from)!;
    const means = { clock: turns.clock, transport: inProcess(sandbox, turns) };
    return { only: ['custom_thing'], also: [{ ...pipeline, name: 'custom_thing', associations: [] }], means };
  };
  const living = (object: string): readonly string[] =>
    [...sandbox.world.truth.records(object)].flatMap(({ id, state }) => (state === 'active' ? [id] : []));
  const open = async (): Promise<readonly string[]> => {
    const rows = await world.tables.rows('custom_thing');
    const there = rows.filter((row) => row['_deleted_at'] === null && row['_archived'] === 'false');
    return there.map((row) => String(row['id'])).toSorted();
  };
  await world.sync(thing('companies'));
  expect(await open()).toEqual([...living('companies')].toSorted());
  sandbox.clock.advance(86_400_000);
  await world.sync(thing('tickets'));
  expect(await open()).toEqual([...living('tickets')].toSorted());
  const cleared = (await world.tables.rows('custom_thing')).filter((row) => row['_deleted_at'] !== null);
  expect(cleared.some((row) => (row['name'] ?? null) !== null)).toBe(false);
});
