import type { PipelineRun } from '../../src/run.ts';
import { silentLog, type Log } from '../../src/service.ts';
import type { Engine } from '../support/engine.ts';
import { memoryEngine } from '../support/memory-engine.ts';
import { tightCells } from '../support/tight-limits.ts';
import { openWorld, syncInto, type SyncOptions, type World } from '../support/sync-world.ts';
import { inProcess } from './in-process.ts';
import {
  compareReload,
  openKeeping,
  openPeople,
  openRuns,
  secretsLeft,
  sharedColumns,
  watchLife,
  type Left,
} from './invariants/index.ts';
import { callsAtFirst } from './kills-of-life.ts';
import type { Life } from './life.ts';
import { withoutRefusals } from './rules-of-life.ts';
import { onlyOf, playBackfill, playSync, roomOf, sync, type Plant, type Player } from './play-sync.ts';
import { openTurns } from './turns.ts';
import { linksWithoutSweeps } from './without-sweeps.ts';
import { editKey, work } from './work.ts';

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
  const [logged, broken]: [string[], string[]] = [[], []];
  const watch = watchLife(world, behind(life), (sentence) => broken.push(sentence));
  const people = openPeople(world.sandbox);
  const keeping = openKeeping(world);
  const player: Player = {
    world,
    turns,
    life,
    plant,
    log: listening(logged),
    watch,
    rules: {},
    broken,
    calls: callsAtFirst,
    rotations: 0,
    lastSyncAt: 0,
  };
  try {
    for (const step of life.steps) {
      people.meet();
      if (step.kind === 'sync') await playSync(player, step);
      else if (step.kind === 'backfill') await playBackfill(player, step);
      else if (step.kind === 'rules') player.rules = step.rules;
      else work(world.sandbox, step);
      if (step.kind === 'sync' || step.kind === 'backfill')
        broken.push(...(await keeping.look(player.rules)));
    }
    player.rules = withoutRefusals(player.rules);
    await rest(player);
    broken.push(...(await keeping.look(player.rules)));
    broken.push(
      ...(await world.differences(life.onlyContacts === true ? ['contacts'] : undefined, {
        rules: player.rules,
        history: life.onlyContacts === true ? undefined : life.history.trackedAtRest,
        ...(life.tight?.cells !== undefined && { cells: life.tight.cells }),
        holds: { ...engine.holds, ...tightCells(life.tight ?? {}) },
        ...(life.furtherObjects && { further: life.furtherObjects }),
      })),
      ...(await leftBehind(player, { logged, people })),
    );
    broken.push(...brokenRules(player));
    return { broken: [...new Set(broken)], digest: turns?.digest() };
  } finally {
    await world.close();
    await plant?.close?.();
  }
}

/** A key that is rotated is refused to whatever was under way with it, of two processes at most, and to nothing more. */
function brokenRules({ world, rotations, life }: Player): readonly string[] {
  const isLacking = JSON.stringify(life.steps).includes('"kind":"scopes"');
  const all = world.sandbox.violations().filter(({ rule }) => !isLacking || rule !== 'missing scope');
  const refusals = all.filter(({ rule }) => rule === 'bad credentials' || rule === 'request after 401');
  const others = all.filter((violation) => !refusals.includes(violation));
  const expected = 2 * 2 * underWay * rotations;
  return [
    ...others.map((violation) => `a rule of HubSpot was broken: ${JSON.stringify(violation)}`),
    ...(refusals.length > expected ? [`asked ${refusals.length} times with a key that was refused`] : []),
  ];
}

/** Requests at the same time. */
const underWay = 8;

/** What a complete pipeline does not claim yet: the last lag, or what has not settled. Waits take their time, too. */
function behind({ settings }: Life): number {
  const { lag = 60_000, settleAfter = 3_600_000 } = settings;
  return Math.max(lag, settleAfter);
}

/** Faults and people rest, the search index catches up; what has its own cadence gets its turn. */
async function rest(player: Player): Promise<void> {
  const { world, life, broken } = player;
  editKey(world.sandbox, { without: [], told: true });
  const lags = Object.values(life.account.indexLagOf ?? {}).map(({ max }) => max);
  const settled = 3_600_000 + Math.max(3_600_000, ...lags);
  let runs: readonly PipelineRun[] = [];
  // A sweep of links that began while people were at work ends in the first of the two weeks.
  for (const wait of [settled, settled, ...Array<number>(2).fill(8 * 86_400_000)]) {
    world.sandbox.clock.advance(wait);
    runs = await sync(player, {
      settings: { linkCalls: 500, listCalls: 1000 },
      history: life.history.trackedAtRest,
    });
  }
  for (const { pipeline, outcome, code, reason } of runs) {
    // A property that is archived in the end.
    if (pipeline === 'property_history' && outcome === 'partial' && leftOut.test(reason ?? '')) continue;
    if (outcome !== 'complete') broken.push(`${pipeline} ended ${outcome}: ${code ?? ''} ${reason ?? ''}`);
  }
}

const leftOut =
  /^(?:(?: |^)The history of [\w, ]+ of \w+ is left out: HubSpot has no such property, the key may not see it, or the privacy rules exclude it\. Correct the setting history, or let it be read\.)+$/;

/** In the warehouse, in Keyway's own tables and in the log. */
async function leftBehind(player: Player, left: Pick<Left, 'logged' | 'people'>): Promise<readonly string[]> {
  const { sandbox, tables, engine } = player.world;
  const warehouse = await engine.open();
  try {
    return [
      ...(await secretsLeft(
        { ...left, tables, warehouse, further: player.life.furtherObjects ?? [] },
        sandbox,
      )),
      ...(await openRuns(warehouse)),
      ...(await sharedColumns(tables)),
      ...(await lastLook(player)),
    ];
  } finally {
    await warehouse.close();
  }
}

function isRoomy({ tight }: Life): boolean {
  return tight?.columns === undefined && tight?.cells === undefined;
}

/** What takes as long as the rest of a life; each life gets one of them. */
async function lastLook(player: Player): Promise<readonly string[]> {
  const { world, life, log, turns, rules } = player;
  if (turns === undefined) return [];
  const means = { clock: turns.clock, transport: inProcess(world.sandbox, turns) };
  switch (life.turns % 3) {
    // What has a column depends on what there was when the table was made.
    case isRoomy(life) ? 0 : undefined: {
      const fresh = (await world.engine.another?.()) ?? memoryEngine({ tight: life.tight ?? {} });
      try {
        const around = { warehouse: roomOf(life) };
        await syncInto(fresh, world.sandbox, { ...onlyOf(life), rules, log, means, around });
        return await compareReload(world.tables, fresh.tables);
      } finally {
        await fresh.close();
      }
    }
    case 1:
      return unequal(world, {
        ...onlyOf(life),
        ...(life.onlyContacts && { only: ['contacts'] }),
        rules,
        log,
        means,
      });
    default:
      return life.onlyContacts === true ? [] : linksWithoutSweeps(player);
  }
}

/** I16. A comparison of every id and version that finds a difference where there is none is no use. */
async function unequal(world: World, options: SyncOptions): Promise<readonly string[]> {
  const found = await world.reconcile({ ...options, checkOnly: true, deep: true });
  return found
    .filter(({ verdict }) => verdict !== 'equal')
    .map((reconciliation) => `the comparison in the end says ${JSON.stringify(reconciliation)}`);
}

function listening(lines: string[]): Log {
  const note = (...given: readonly unknown[]): void => void lines.push(JSON.stringify(given));
  const log: Log = { ...silentLog, debug: note, info: note, warn: note, error: note, child: () => log };
  return log;
}
