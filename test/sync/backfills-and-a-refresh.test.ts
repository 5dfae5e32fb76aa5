import { expect, it, onTestFinished } from 'vitest';
import type { BackfillRequest } from '../../src/backfill.ts';
import type { Table } from '../../src/table.ts';
import type { BackfillCheckpoint } from '../../src/checkpoint.ts';
import { memoryEngine } from '../support/memory-engine.ts';
import type { TestRules } from '../support/expected-treatment.ts';
import { openWorld, type Means, type World } from '../support/sync-world.ts';
import { inProcess } from '../simulation/in-process.ts';
import { mortal } from '../simulation/mortal.ts';
import { between, chance, oneOf, randomFrom, type Random } from '../simulation/random.ts';
import { openTurns } from '../simulation/turns.ts';

const only = ['contacts'];
const day = 86_400_000;

const rows: Table = {
  name: 'contacts',
  description: '',
  columns: [
    { name: 'id', type: 'integer', description: '' },
    { name: 'email', type: 'text', description: '' },
    { name: 'lastname', type: 'text', description: '' },
    { name: '_updated_at', type: 'timestamp', description: '' },
  ],
  key: ['id'],
  version: '_updated_at',
};

/** Every row is wrong, and nothing tells. */
async function spoil(world: World): Promise<void> {
  const warehouse = await world.engine.open();
  const stored = (
    await Array.fromAsync(warehouse.ids({ table: 'contacts', state: 'open', chunk: 1000 }))
  ).flat();
  const cells = stored.map(({ id, updatedAt = 0 }) => [
    id,
    'spoilt',
    'spoilt',
    new Date(updatedAt).toISOString(),
  ]);
  const { version: replaces } = await warehouse.checkpoint('spoil');
  await warehouse.commit({
    pipeline: 'spoil',
    runId: 'spoil',
    writes: [{ kind: 'refresh', table: rows, rows: cells, misfits: [] }],
    checkpoint: { kind: 'rules', rules: 0 },
    replaces,
  });
  await warehouse.close();
}

/** Which together are about everything, and overlap. */
function drawRequests(random: Random, from: number, until: number): readonly BackfillRequest[] {
  const first = from + Math.floor(random() * (until - from));
  const by = oneOf(random, ['created', 'modified'] as const);
  const properties = chance(random, 0.5) ? { properties: ['email', 'lastname'] } : {};
  return [
    { span: { by, until: first + day }, ...properties },
    { span: { by, from: first - day } },
    ...(chance(random, 0.5) ? [{ span: { by, from: first - 3 * day, until: first + 3 * day } }] : []),
    ...(chance(random, 0.5) ? [{ properties: ['lastname'] }] : []),
    ...(chance(random, 0.3) ? [{}] : []),
  ];
}

const ruleSets: readonly TestRules[] = [
  {},
  { properties: { contacts: { exclude: ['firstname'] } } },
  { properties: { contacts: { hash: ['firstname'] } }, key: 'one key of at least 32 characters' },
];

it.each(Array.from({ length: 12 }, (_, i) => i + 1))(
  'backfills that overlap, are interrupted and killed, with other rules and syncs in between, come to what a full refresh does (seed %i)',
  async (seed) => {
    const random = randomFrom(seed);
    const world = await openWorld(memoryEngine(), {
      seed,
      contacts: 40,
      speed: 0,
      indexLag: { min: 0, max: 0 },
    });
    onTestFinished(() => world.close());
    const turns = openTurns(seed, world.sandbox.clock);
    const means = (): Means => ({ clock: turns.clock, transport: inProcess(world.sandbox, turns) });
    await world.sync({ means: means() });
    world.sandbox.world.churn({ steps: 30 });
    world.sandbox.clock.advance(2 * 3_600_000);
    await world.sync({ means: means(), sweepEvery: 0 });
    await spoil(world);
    const now = world.sandbox.clock.now();
    let left = drawRequests(random, now - 700 * day, now);
    let rules: TestRules = {};
    for (let round = 0; left.length > 0; round++) {
      expect(round).toBeLessThan(100);
      const request = oneOf(random, left);
      const steps = chance(random, 0.5) ? between(random, 1, 3) : Number.POSITIVE_INFINITY;
      const isKilled = chance(random, 0.3) && round < 40;
      const around = mortal({
        call: isKilled ? between(random, 1, 60) : 1e9,
        when: oneOf(random, ['before', 'after']),
      });
      const { states } = await world
        .backfill(request, { only, means: means(), steps, stepSize: between(random, 1, 40), rules, around })
        .catch((error: unknown) => {
          // The process died before there was a pipeline to fail.
          if (!isKilled) throw error;
          return { states: new Map<string, BackfillCheckpoint>() };
        });
      if (states.get('contacts')?.finishedAt !== undefined) left = left.filter((each) => each !== request);
      if (chance(random, 0.1)) rules = oneOf(random, ruleSets);
      if (chance(random, 0.2)) await world.sync({ means: means(), rules, sweepEvery: 1e12 });
    }
    await world.sync({ means: means(), rules, sweepEvery: 1e12 });
    expect(await world.differences(['contacts'], { rules })).toEqual([]);
  },
);
