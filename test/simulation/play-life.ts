import { KeywayError } from '../../src/errors.ts';
import type { PipelineRun } from '../../src/run.ts';
import type { Log } from '../../src/service.ts';
import { silentLog } from '../../src/service.ts';
import type { SyncSettings } from '../../src/sync/index.ts';
import type { Engine } from '../support/engine.ts';
import { openWorld, type Around, type Means, type SyncOptions, type World } from '../support/sync-world.ts';
import { watchClaims } from './claims.ts';
import { everyCall } from './every-call.ts';
import { inProcess } from './in-process.ts';
import type { Life, SyncStep } from './life.ts';
import { mortal } from './mortal.ts';
import { passingTime } from './passing-time.ts';
import { randomFrom } from './random.ts';
import { openTurns, type Turns } from './turns.ts';
import { watchVersions } from './versions.ts';
import { work } from './work.ts';

/** What a life may be given besides its steps: a planted bug. */
export interface Plant {
  readonly options: (world: World) => SyncOptions;
  readonly close?: () => Promise<void>;
}

export interface Played {
  /** Every promise that was broken on the way, and what is wrong in the end; nothing when all is well. */
  readonly broken: readonly string[];
  /** Of all that happened, in its order; where that is decided by the life alone. */
  readonly digest: string | undefined;
}

/** Plays a life to its end, and three syncs in peace. */
export async function playLife(life: Life, engine: Engine, plant?: Plant): Promise<Played> {
  const world = await openWorld(engine, life.account);
  const turns = engine.inProcess ? openTurns(life.turns, world.sandbox.clock) : undefined;
  const logged: string[] = [];
  const player: Player = { world, turns, life, plant, log: listening(logged), broken: [] };
  try {
    for (const step of life.steps) {
      if (step.kind === 'sync') await playSync(player, step);
      else work(world.sandbox, step);
    }
    await rest(player);
    const broken = [
      ...new Set(player.broken),
      ...(await world.differences()),
      ...(await secrets(world, logged)),
      ...world.sandbox
        .violations()
        .map((violation) => `a rule of HubSpot was broken: ${JSON.stringify(violation)}`),
    ];
    return { broken, digest: turns?.digest() };
  } finally {
    await world.close();
    await plant?.close?.();
  }
}

interface Player {
  readonly world: World;
  readonly turns: Turns | undefined;
  readonly life: Life;
  readonly plant: Plant | undefined;
  readonly log: Log;
  readonly broken: string[];
}

/** A sync while the account changes under it, HubSpot has its troubles and the process may die. */
async function playSync(player: Player, { busy, faults, perPage, kill }: SyncStep): Promise<void> {
  const { sandbox } = player.world;
  const calm = busy && sandbox.churnEvery(busy.every, busy.steps, { seed: busy.seed });
  for (const fault of faults) sandbox.faults.add(fault);
  await sync(player, { perPage, fate: kill && mortal(kill) }).catch((error: unknown) => {
    // The process died, or HubSpot refused, before there were any pipelines to fail.
    if (kill === undefined && !(error instanceof KeywayError)) throw error;
  });
  calm?.();
  sandbox.faults.clear();
}

interface Conditions {
  readonly perPage?: number;
  readonly fate?: Required<Around> | undefined;
  readonly settings?: Partial<SyncSettings>;
}

async function sync(player: Player, conditions: Conditions): Promise<readonly PipelineRun[]> {
  const { world, turns, life, plant, log, broken } = player;
  const { perPage = 0, fate, settings = {} } = conditions;
  const planted = plant?.options(world) ?? {};
  const claims = watchClaims(world);
  const versions = watchVersions(world.tables);
  const passing = passingTime(world.sandbox, perPage);
  const before = requestsOf(world);
  try {
    return await world.sync({
      ...life.settings,
      ...settings,
      ...planted,
      log,
      ...(turns && { means: meansOf(player, turns) }),
      around: {
        source: (real) => {
          const source = passing(planted.around?.source?.(real) ?? real);
          return fate === undefined ? source : fate.source(source);
        },
        warehouse: (real, source) => {
          const inTurn =
            turns === undefined ? real : everyCall(real, (name, effect) => turns.take(name, effect));
          const watched = versions.watch(claims.watch(inTurn));
          const warehouse = planted.around?.warehouse?.(watched, source) ?? watched;
          return fate === undefined ? warehouse : fate.warehouse(warehouse, source);
        },
      },
    });
  } finally {
    broken.push(...claims.broken, ...versions.broken);
    const requests = requestsOf(world) - before;
    if (requests > mostRequests) broken.push(`a run made ${requests} requests`);
  }
}

/** No network, and a clock of its own that is wrong. */
function meansOf({ world, life }: Player, turns: Turns): Means {
  const { clock } = turns;
  return {
    transport: inProcess(world.sandbox, turns),
    clock: { now: () => clock.now() + life.skew, sleep: (ms, signal) => clock.sleep(ms, signal) },
    random: randomFrom(life.turns),
  };
}

/** Far beyond what any run of so small an account needs: a loop that does not end would pass it. */
const mostRequests = 5000;

function requestsOf({ sandbox }: World): number {
  return sandbox.requests().total;
}

/** Faults and people rest, the search index catches up; what has its own cadence gets its turn. */
async function rest(player: Player): Promise<void> {
  const { world, broken } = player;
  const settled = 2 * 3_600_000;
  let runs: readonly PipelineRun[] = [];
  for (const wait of [settled, settled, 8 * 86_400_000]) {
    world.sandbox.clock.advance(wait);
    runs = await sync(player, { settings: { linkCalls: 500 } });
  }
  for (const { pipeline, outcome, code, reason } of runs) {
    if (outcome !== 'complete') broken.push(`${pipeline} ended ${outcome}: ${code ?? ''} ${reason ?? ''}`);
  }
}

function listening(lines: string[]): Log {
  const note = (...given: readonly unknown[]): void => void lines.push(JSON.stringify(given));
  const log: Log = { ...silentLog, debug: note, info: note, warn: note, error: note, child: () => log };
  return log;
}

/** The key is nowhere, neither in the log nor in a row. */
async function secrets({ sandbox, tables }: World, logged: readonly string[]): Promise<readonly string[]> {
  const found = logged.filter((line) => line.includes(sandbox.key)).map(() => 'the key was logged');
  for (const table of ['contacts', 'account', 'properties']) {
    const rows = JSON.stringify(await tables.rows(table));
    if (rows.includes(sandbox.key)) found.push(`the key is in ${table}`);
  }
  return found;
}
