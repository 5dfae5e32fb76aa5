import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipelines } from '../../pipelines/index.ts';
import { openEmbedded } from '../../src/embedded/index.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { postgresEngine } from '../support/postgres-engine.ts';
import { openWorld, type World } from '../support/sync-world.ts';

/**
 * How many calls of HubSpot's a run takes: `npm run calls [records] [changed]`. First the run after a full load, then a
 * night later, when the bin, the counts and the sweep are due as well. What the history of properties takes is told apart.
 */
const records = Number(process.argv[2] ?? 1_000_000);
const changed = Number(process.argv[3] ?? 20_000);
const objects = ['contacts', 'companies', 'deals', 'tickets'] as const;
/** Records of the four objects per contact of the sandbox. */
const perContact = 1.9;
const history = 'property_history';

const folder = mkdtempSync(join(tmpdir(), 'keyway-calls-'));
const settings = { fsync: 'off' };
const server = openEmbedded({
  directory: join(folder, 'postgres'),
  log: silentLog,
  clock: systemClock,
  settings,
});
const { url } = await server.start();
try {
  const choice = { contacts: Math.round(records / perContact), extraProperties: 0, nastyRate: 0, speed: 0 };
  const world = await openWorld(await postgresEngine(url), choice);
  const total = count(world);
  const short = Object.entries(total).map(([object, n]) => `${n} ${object}`);
  print(`${short.join(', ')}: ${Object.values(total).reduce((sum, n) => sum + n, 0)} records`);
  await measured(world, 'full load', 0);
  edit(world);
  world.sandbox.clock.advance(600_000);
  await measured(world, `${changed} records changed`, changed);
  edit(world);
  world.sandbox.clock.advance(86_400_000);
  await measured(world, `a night later, ${changed} records changed`, changed);
  await world.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function count({ sandbox }: World): Readonly<Record<string, number>> {
  const counts = sandbox.world.truth.counts();
  return Object.fromEntries(objects.map((object) => [object, counts[object]?.active ?? 0]));
}

/** So many of the living records, in proportion, all over the ids. */
function edit({ sandbox }: World): void {
  const total = Object.values(count({ sandbox } as World)).reduce((sum, n) => sum + n, 0);
  let [seen, done] = [0, 0];
  for (const object of objects) {
    for (const { id, state } of sandbox.world.truth.records(object)) {
      if (state !== 'active') continue;
      seen++;
      if (done >= Math.floor((seen * changed) / total)) continue;
      done++;
      sandbox.world.update(object, id, { hubspot_owner_id: String(done) });
      if (done % 100 === 0) sandbox.clock.advance(1000);
    }
  }
}

async function measured(world: World, what: string, changes: number): Promise<void> {
  const others = pipelines.map(({ name }) => name).filter((name) => name !== history);
  await measuredPart(world, what, { changes, only: others });
  await measuredPart(world, `${what}: ${history}`, { changes, only: [history] });
}

interface Part {
  readonly changes: number;
  readonly only: readonly string[];
}

async function measuredPart(world: World, what: string, { changes, only }: Part): Promise<void> {
  world.sandbox.clearLogs();
  const startedAt = performance.now();
  const runs = await world.sync({ only });
  const seconds = (performance.now() - startedAt) / 1000;
  const unfinished = runs.filter(({ outcome }) => outcome !== 'complete');
  if (unfinished.length > 0) throw new Error(JSON.stringify(unfinished));
  const { total, counts } = world.sandbox.requests();
  const each = changes === 0 ? '' : `, ${(total / changes).toFixed(4)} per changed record`;
  print(`\n${what}: ${total} calls${each}, ${seconds.toFixed(0)} s`);
  for (const [route, calls] of Object.entries(counts).sort(([, a], [, b]) => b - a)) {
    print(`  ${String(calls).padStart(7)}  ${route}`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
