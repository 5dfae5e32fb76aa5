import { pipelines } from '../../pipelines/index.ts';
import type { BackfillRequest } from '../../src/backfill.ts';
import type { PipelineRun } from '../../src/run.ts';
import type { Log } from '../../src/service.ts';
import type { SyncSettings } from '../../src/sync/index.ts';
import type { TestRules } from '../support/expected-treatment.ts';
import { usualObjects, type Means, type SyncOptions, type World } from '../support/sync-world.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { tightLimits } from '../support/tight-limits.ts';
import { requestOf, type BackfillStep } from './backfills-of-life.ts';
import { surprises, type Ending } from './endings.ts';
import { everyCall } from './every-call.ts';
import type { Troubles } from './faults-of-life.ts';
import { inProcess } from './in-process.ts';
import { wrongMarks, type Watched } from './invariants/index.ts';
import { countCalls } from './kills-of-life.ts';
import type { Life, SyncStep } from './life.ts';
import { mortal, type Fate } from './mortal.ts';
import { newerRules } from './newer-rules.ts';
import { passingTime } from './passing-time.ts';
import { chance, oneOf, randomFrom } from './random.ts';
import type { Refresh } from './refreshes-of-life.ts';
import type { Turns } from './turns.ts';
import { work } from './work.ts';

/** What a life may be given besides its steps: a planted bug. */
export interface Plant {
  readonly options: (world: World) => SyncOptions;
  readonly close?: () => Promise<void>;
}

/** A life that is being played. */
export interface Player {
  readonly world: World;
  readonly turns: Turns | undefined;
  readonly life: Life;
  readonly plant: Plant | undefined;
  readonly log: Log;
  readonly watch: (rules: TestRules) => Watched;
  /** The privacy rules that hold for now. */
  rules: TestRules;
  readonly broken: string[];
  /** How many calls the last whole run made. */
  calls: number;
  /** How often the key was changed. */
  rotations: number;
  /** On the sandbox's clock. */
  lastSyncAt: number;
}

/** A sync while the account changes under it, HubSpot has its troubles and the process may die. */
export async function playSync(player: Player, step: SyncStep): Promise<void> {
  const { busy, midway, faults, perPage, kill, rival, newer, refresh } = step;
  const { rotations, calls, world, broken } = player;
  const lacked = lacksScopes(world);
  const startedAt = world.sandbox.clock.now();
  const first: Conditions = { perPage, fate: kill && mortal(kill, calls), midway, newer, refresh };
  const second: Conditions = { perPage, fate: rival?.kill && mortal(rival.kill, calls) };
  // Only where turns say what happens first can two processes be watched at once.
  const isContested = rival !== undefined && player.turns !== undefined;
  const endings = await play(player, step, isContested ? [first, second] : [first]);
  const isKeyEdited = lacked || lacksScopes(world) || player.rotations > rotations;
  const isDisturbed = isContested || faults.length > 0 || isKeyEdited;
  // What was done in the second of a run, the next one is not sure to ask for within that second.
  const isLater = startedAt - player.lastSyncAt >= 1000;
  const isQuiet = !isDisturbed && isLater && busy === undefined && midway === undefined;
  player.lastSyncAt = world.sandbox.clock.now();
  for (const ending of endings) {
    broken.push(...surprises(ending, isDisturbed));
    if (isQuiet && ending.status === 'fulfilled') broken.push(...(await wrongMarks(world, ending.value)));
  }
}

function lacksScopes({ sandbox: { world, options } }: World): boolean {
  const { scopes = [] } = world.keys.find(world.keys.current) ?? {};
  return scopes.length < options.scopes.length;
}

/** As much of a backfill as the process does. */
export async function playBackfill(player: Player, step: BackfillStep): Promise<void> {
  const { object, kill, steps, stepSize, perPage } = step;
  const backfill = { request: requestOf(step, player.world.sandbox), object, steps, stepSize };
  const endings = await play(player, step, [{ backfill, perPage, fate: kill && mortal(kill, player.calls) }]);
  for (const ending of endings) player.broken.push(...surprises(ending, true));
}

/** How processes have ended that did not die. */
async function play(
  player: Player,
  { busy, faults }: Troubles,
  processes: readonly Conditions[],
): Promise<readonly Ending[]> {
  const { sandbox } = player.world;
  const calm = busy && sandbox.churnEvery(busy.every, busy.steps, { seed: busy.seed });
  for (const fault of faults) sandbox.faults.add(fault);
  const isDown = faults.some(({ match }) => match !== undefined);
  const endings = await Promise.allSettled(processes.map((each) => sync(player, { ...each, isDown })));
  calm?.();
  sandbox.faults.clear();
  return endings.filter((_, i) => processes[i]?.fate?.struck() !== true);
}

interface Conditions {
  /** Instead of a sync. */
  readonly backfill?: {
    readonly request: BackfillRequest;
    readonly object: string;
    readonly steps: number;
    readonly stepSize: number;
  };
  readonly perPage?: number;
  /** A part of HubSpot. */
  readonly isDown?: boolean;
  readonly fate?: Fate | undefined;
  readonly midway?: SyncStep['midway'] | undefined;
  readonly newer?: SyncStep['newer'] | undefined;
  readonly refresh?: Refresh | undefined;
  readonly settings?: Partial<SyncSettings>;
  readonly history?: SyncOptions['history'];
}

export async function sync(player: Player, conditions: Conditions): Promise<readonly PipelineRun[]> {
  const { world, turns, life, plant, log, broken } = player;
  const { perPage = 0, fate, midway, newer = false, settings = {} } = conditions;
  const planted = plant?.options(world) ?? {};
  const { rules } = player;
  const watched = player.watch(rules);
  const passing = passingTime(world.sandbox, perPage);
  const before = requestsOf(world);
  const counted = countCalls();
  const isWhole = fate === undefined && conditions.backfill === undefined;
  try {
    const options: SyncOptions = {
      ...life.settings,
      ...settings,
      ...planted,
      ...onlyOf(life),
      rules,
      history: conditions.history ?? life.history.tracked,
      log,
      ...(turns && { means: meansOf(player, turns, { watched, midway }) }),
      around: {
        source: (real) => {
          const asked = { ...real, limits: { ...real.limits, linkIds: life.linkIds } };
          const source = watched.source(passing(planted.around?.source?.(asked) ?? asked));
          return (fate ?? counted).source(source);
        },
        warehouse: (real, source) => {
          const tight = roomOf(life)(real);
          const inTurn =
            turns === undefined ? tight : everyCall(tight, (name, effect) => turns.take(name, effect));
          const seen = watched.warehouse(newer ? newerRules(inTurn) : inTurn);
          const warehouse = planted.around?.warehouse?.(seen, source) ?? seen;
          return (fate ?? counted).warehouse(warehouse, source);
        },
      },
    };
    if (conditions.backfill === undefined) return await syncOrReconcile(world, options, conditions.refresh);
    const { request, object, ...choice } = conditions.backfill;
    return (await world.backfill(request, { ...options, only: [object], ...choice })).runs;
  } finally {
    if (isWhole) player.calls = counted.calls();
    const requests = requestsOf(world) - before;
    if (requests > mostRequests(life, conditions.isDown === true))
      broken.push(`a run made ${requests} requests`);
  }
}

async function syncOrReconcile(
  world: World,
  options: SyncOptions,
  refresh: Refresh | undefined,
): Promise<readonly PipelineRun[]> {
  if (refresh === undefined || refresh === 'full refresh') {
    return world.sync({ ...options, ...(refresh !== undefined && { fullRefresh: true }) });
  }
  await world.reconcile({ ...options, deep: refresh === 'deep reconcile' });
  return [];
}

/** A warehouse with as little room as this life has. */
export function roomOf({ tight = {} }: Life): (warehouse: Warehouse) => Warehouse {
  return (real) => ({ ...real, limits: { ...real.limits, ...tightLimits(tight, real.limits) } });
}

const dictionaries = pipelines.filter(({ kind }) => kind === 'dictionary').map(({ name }) => name);

/** Which pipelines a life syncs, and which objects there are for it. */
export function onlyOf({ onlyContacts, furtherObjects = [] }: Life): Pick<SyncOptions, 'only' | 'objects'> {
  if (onlyContacts === true) return { only: [...dictionaries, 'contacts'] };
  return { objects: [...usualObjects, ...furtherObjects] };
}

interface Ways {
  readonly watched: Watched;
  readonly midway: SyncStep['midway'] | undefined;
}

/** No network, and a clock of its own that is wrong. */
function meansOf(player: Player, turns: Turns, { watched, midway }: Ways): Means {
  const { world, life } = player;
  const { clock } = turns;
  const rotation = rotationIn(life, world.sandbox);
  let requests = 0;
  const onRequest = (): void => {
    requests += 1;
    if (requests === midway?.request) work(world.sandbox, midway.step);
    if (requests !== rotation?.request) return;
    player.rotations += 1;
    world.sandbox.world.keys.rotate(rotation.how);
  };
  return {
    transport: watched.transport(inProcess(world.sandbox, turns, onRequest)),
    clock: { now: () => clock.now() + life.skew, sleep: (ms, signal) => clock.sleep(ms, signal) },
    random: randomFrom(life.turns),
  };
}

/** In a fifth of all syncs the key is rotated, at one of the first requests; drawn apart from all else that happens. */
function rotationIn(
  { turns }: Life,
  sandbox: Sandbox,
): { readonly request: number; readonly how: 'grace' | 'now' } | undefined {
  const random = randomFrom(turns + sandbox.requests().total);
  if (!chance(random, 0.2)) return undefined;
  return { request: 1 + Math.floor(random() * 60), how: oneOf(random, ['grace', 'now'] as const) };
}

/**
 * Thrice what the dearest of a thousand runs took, of accounts of this size, faults and retries included: so a run that costs a
 * multiple is noticed, not only a loop that does not end.
 */
function mostRequests({ account: { contacts = 0 } }: Life, isDown: boolean): number {
  const most = 600 + 6 * Math.min(contacts, 130) + contacts / 2;
  return isDown ? untilGivenUp * most : most;
}

/** What HubSpot fails at is asked for six times, and batches in halves, down to single records. */
const untilGivenUp = 6;

function requestsOf({ sandbox }: World): number {
  return sandbox.requests().total;
}
