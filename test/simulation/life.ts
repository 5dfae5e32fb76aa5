import type { SandboxChoice } from '../../src/sandbox/index.ts';
import type { SyncSettings } from '../../src/sync/index.ts';
import type { Tightness } from '../support/tight-limits.ts';
import { deathsThatShow } from './deaths-that-show.ts';
import { drawHistory, type HistoryOfLife } from './history-of-life.ts';
import { withBackfills, type BackfillStep } from './backfills-of-life.ts';
import { withRefreshes, type Refresh } from './refreshes-of-life.ts';
import { withRules, type RulesStep } from './rules-of-life.ts';
import { drawTroubles, type Troubles } from './faults-of-life.ts';
import { drawMerges } from './merges-of-life.ts';
import { furtherObjects } from './objects-of-life.ts';
import { between, chance, oneOf, randomFrom, type Random } from './random.ts';
import { drawKill, type Kill } from './kills-of-life.ts';
import { withHabits } from './habits-of-life.ts';
import { withScopes, type ScopesStep } from './scopes-of-life.ts';
import { withSearch } from './search-of-life.ts';

/** What happens to an account and to its copy: data, so that it can be replayed, shortened and shown. */
export interface Life {
  /** Decides in which order things happen, where more than one can. */
  readonly turns: number;
  /** Milliseconds by which the worker's clock is ahead of HubSpot's. */
  readonly skew: number;
  readonly rowsPerBatch?: number;
  /** Where the warehouse has no column for each property, or no room for each value in a row. */
  readonly tight?: Tightness;
  /** Besides the usual four. */
  readonly furtherObjects?: readonly string[];
  /** Where not all is synced: contacts, and what tells of them. */
  readonly onlyContacts?: boolean;
  readonly account: SandboxChoice;
  readonly settings: Partial<SyncSettings>;
  readonly steps: readonly Step[];
  /** How many records HubSpot is asked for the links of at once: where they are few, sweeps take many runs. */
  readonly linkIds: number;
  readonly history: HistoryOfLife;
}

export type Step =
  | SyncStep
  /** Time passes. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** People work, all at once. */
  | { readonly kind: 'churn'; readonly steps: number; readonly seed: number }
  | { readonly kind: 'business day' }
  /** One of HubSpot's own jobs: many records, one millisecond. */
  | { readonly kind: 'bulk stamp'; readonly every: number }
  | { readonly kind: 'bulk archive'; readonly every: number }
  | { readonly kind: 'merge chain'; readonly length: number; readonly seed: number }
  | { readonly kind: 'take a merge back'; readonly seed: number }
  | { readonly kind: 'empty the bin'; readonly seed: number }
  /** Colleagues join, leave and come back, teams are made, renamed and given up. */
  | { readonly kind: 'staff'; readonly seed: number }
  /** Of deals and tickets. */
  | { readonly kind: 'stages'; readonly seed: number }
  | PropertyStep
  | BackfillStep
  | RulesStep
  | ScopesStep;

export type PropertyStep =
  | { readonly kind: 'add property'; readonly object: string; readonly type: string }
  | { readonly kind: 'retype property'; readonly object: string }
  | { readonly kind: 'archive property'; readonly object: string }
  | { readonly kind: 'relabel property'; readonly object: string; readonly label: string }
  | { readonly kind: 'change options'; readonly object: string; readonly seed: number }
  /** For good, and made anew under its name, with other values. */
  | { readonly kind: 'recreate property'; readonly object: string; readonly value: string }
  | { readonly kind: 'restore properties'; readonly object: string };

export interface SyncStep extends Troubles {
  readonly kind: 'sync';
  /** Somebody changes a property, or the key, before the n-th request. */
  readonly midway?: { readonly request: number; readonly step: PropertyStep | ScopesStep };
  readonly kill?: Kill;
  /** Keyway was updated, and understands values that had no place before. */
  readonly newer?: true;
  /** Instead of a plain sync. */
  readonly refresh?: Refresh;
  /** Another process does the same at the same time; both believe that the lease is theirs. */
  readonly rival?: { readonly kill?: Kill };
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A small account with every kind of trouble, each switched on for some seeds only; a large one for every thousandth. */
export function drawLife(seed: number): Life {
  const random = randomFrom(seed);
  if (seed % 1000 === 0) return drawBurst(seed, random);
  const skew = oneOf(random, [0, 0, -hour, hour, -365 * day, 365 * day]);
  const account = drawAccount(seed, random);
  const history = drawHistory(seed, account);
  const life: Life = {
    turns: seed,
    skew,
    ...drawTightness(seed),
    account: { ...account, unknowns: { ...account.unknowns, ...history.unknowns } },
    history,
    ...furtherObjects(seed),
    settings: drawSettings(random),
    steps: [
      ...drawOwnProperties(random),
      ...Array.from({ length: between(random, 2, 5) }, () => drawRound(random)).flat(),
    ],
    linkIds: oneOf(random, [1000, 1000, 7, 2]),
  };
  const dying = { ...life, steps: deathsThatShow(life.steps) };
  const ruled = withRules(seed, withRefreshes(seed, dying));
  return withScopes(seed, withHabits(seed, withSearch(seed, withBackfills(seed, ruled))));
}

/** What people have added before the first sync, for the steps that change such properties. */
function drawOwnProperties(random: Random): readonly Step[] {
  if (chance(random, 0.5)) return [];
  return objects.map((object) => ({
    kind: 'add property',
    object,
    type: oneOf(random, ['string', 'number', 'enumeration', 'bool']),
  }));
}

/** Search gives 10,000 hits at most, and here more than 50,000 records bear one millisecond. */
function drawBurst(seed: number, random: Random): Life {
  const small = drawAccount(seed, random);
  const burst: Step = { kind: 'bulk stamp', every: 1 };
  return {
    turns: seed,
    skew: hour,
    rowsPerBatch: 5000,
    onlyContacts: true,
    linkIds: 1000,
    history: drawHistory(seed, {}),
    account: {
      ...small,
      // Some are in the bin, merged or gone from the start.
      contacts: 53_000,
      extraProperties: 0,
      nastyRate: 0,
      unknowns: { ...small.unknowns, sameValueMovesWatermark: true },
    },
    settings: drawSettings(random),
    steps: [calm, burst, { ...drawSync(random), faults: [], perPage: 0 }, drawSync(random)],
  };
}

const calm: SyncStep = { kind: 'sync', faults: [], perPage: 0 };

function drawAccount(seed: number, random: Random): SandboxChoice {
  const flip = (): boolean => chance(random, 0.5);
  return {
    seed,
    speed: 0,
    contacts: oneOf(random, [20, 20, 40, 70]),
    extraProperties: flip() ? 0 : 12,
    nastyRate: flip() ? 0.02 : 0,
    gzip: chance(random, 0.2),
    indexLag: oneOf(random, [
      { min: 0, max: 0 },
      { min: 1000, max: 30_000 },
      { min: 1000, max: 30_000 },
      { min: 0, max: hour - minute },
    ]),
    reorder: flip() ? 0.2 : 0,
    reorderAcrossPages: flip(),
    associationPageSize: flip() ? 500 : 7,
    membershipPageSize: flip() ? 250 : 3,
    unknowns: {
      mergedInBatch: oneOf(random, ['resolve', 'missing', 'absent']),
      restoreMovesWatermark: flip(),
      emptyProperties: flip() ? 'null' : 'omit',
      dropZeroMilliseconds: flip(),
      toObjectId: flip() ? 'number' : 'string',
      gdprLeavesArchived: chance(random, 0.2),
      sameValueMovesWatermark: flip(),
      ...drawMerges(seed),
      listMarks: oneOf(random, ['right', 'right', 'absent', 'stale']),
    },
  };
}

function drawTightness(seed: number): Pick<Life, 'tight'> {
  const [random, ofCells] = [randomFrom(seed * 7919), randomFrom(seed * 104_729)];
  const room: Tightness = chance(random, 0.7)
    ? {}
    : oneOf(random, [{ columns: 45 }, { columns: 60 }, { cells: 24 }, { columns: 50, cells: 24 }]);
  const tight: Tightness = {
    ...room,
    ...(chance(ofCells, 0.3) && { numbers: true }),
    ...(chance(ofCells, 0.3) && { names: true }),
  };
  return Object.keys(tight).length === 0 ? {} : { tight };
}

function drawSettings(random: Random): Partial<SyncSettings> {
  return {
    overlap: oneOf(random, [minute, 5 * minute, 15 * minute]),
    archivedEvery: oneOf(random, [0, 20 * hour]),
    sweepEvery: oneOf(random, [20 * hour, 7 * day]),
    listUpTo: oneOf(random, [0, 0, 0, 0, 50, 500]),
    linkCalls: oneOf(random, [0, 3, 500]),
    listCalls: oneOf(random, [5, 40, 1000]),
    concurrency: oneOf(random, [1, 4]),
  };
}

/** Some work, perhaps a while, and a sync. */
function drawRound(random: Random): readonly Step[] {
  const work: Step[] = Array.from({ length: between(random, 0, 2) }, () => drawWork(random));
  const wait: Step[] = chance(random, 0.7) ? [{ kind: 'wait', ms: drawWait(random) }] : [];
  const sync = drawSync(random);
  const { step } = sync.midway ?? {};
  // By mistake, as it turns out.
  const isBack = step?.kind === 'archive property' && chance(random, 0.6);
  const back: Step[] = isBack ? [{ kind: 'restore properties', object: step.object }] : [];
  return [...work, ...wait, sync, ...back];
}

/** Whole seconds at times: an edit may then bear the very instant at which a window begins. */
function drawWait(random: Random): number {
  const longest = oneOf(random, [10 * minute, 2 * hour, 2 * day, 2 * day, 100 * day]);
  const ms = Math.floor(random() * longest);
  return chance(random, 0.5) ? ms : Math.floor(ms / 1000) * 1000;
}

const objects = ['contacts', 'companies', 'deals', 'tickets'] as const;

function drawWork(random: Random): Step {
  const seed = between(random, 1, 1e6);
  const object = oneOf(random, objects);
  return oneOf<() => Step>(random, [
    () => ({ kind: 'churn', steps: between(random, 1, 25), seed }),
    () => ({ kind: 'churn', steps: between(random, 1, 25), seed }),
    () => ({ kind: 'business day' }),
    () => ({ kind: 'bulk stamp', every: between(random, 1, 5) }),
    () => ({ kind: 'bulk archive', every: between(random, 2, 9) }),
    () => ({ kind: 'merge chain', length: between(random, 1, 3), seed }),
    () => ({ kind: 'take a merge back', seed }),
    () => ({ kind: 'empty the bin', seed }),
    () => ({ kind: 'staff', seed }),
    () => drawPropertyStep(random, object),
    () => drawPropertyStep(random, object),
    () => drawPropertyStep(random, object),
    () => drawPropertyStep(random, object),
    () => drawPropertyStep(random, object),
    () => drawPropertyStep(random, object),
  ])();
}

function drawPropertyStep(random: Random, object: string): PropertyStep {
  const kind = oneOf(random, [
    'add property',
    'retype property',
    'archive property',
    'restore properties',
    'relabel property',
    'change options',
    'recreate property',
  ] as const);
  switch (kind) {
    case 'add property':
      return { kind, object, type: oneOf(random, ['string', 'number', 'enumeration', 'bool']) };
    case 'relabel property':
      return { kind, object, label: `Label ${between(random, 1, 9)}` };
    case 'change options':
      return { kind, object, seed: between(random, 1, 1e6) };
    case 'recreate property':
      return { kind, object, value: String(between(random, 1, 9)) };
    default:
      return { kind, object };
  }
}

function drawSync(random: Random): SyncStep {
  const midway = chance(random, 0.15) ? drawMidway(random) : undefined;
  return {
    kind: 'sync',
    ...drawTroubles(random),
    ...(midway !== undefined && { midway }),
    ...drawKill(random),
    ...(chance(random, 0.1) && { rival: drawKill(random) }),
    ...(chance(random, 0.1) && { newer: true }),
  };
}

function drawMidway(random: Random): NonNullable<SyncStep['midway']> {
  return { request: between(random, 1, 60), step: drawPropertyStep(random, oneOf(random, objects)) };
}
