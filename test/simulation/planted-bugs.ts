import type { SyncOptions, World } from '../support/sync-world.ts';
import {
  alwaysComplete,
  checkpointFirst,
  fenceless,
  firstLinksOnly,
  firstPageOnly,
  forgetful,
  keepHistory,
  keepOldLinks,
  naiveChanges,
  passingOver,
  oneEndOnly,
  replaysOldPages,
  rewriting,
  strictWindows,
  unguarded,
  withoutLatestEntries,
  watermarkFromTheFinish,
  without,
  withoutBin,
  withoutMerges,
  withoutNewest,
} from './plantings.ts';
import { oneQuery, trustingWalk } from './search-plantings.ts';
import {
  keepingMisfits,
  keepingOptions,
  trustingColumns,
  trustingNames,
  withoutArchives,
  withoutFill,
} from './property-plantings.ts';

/** A mistake that a sync could make; most have been found in other connectors to HubSpot. */
export interface PlantedBug {
  readonly name: string;
  /** What gives it away. */
  readonly caughtBy: RegExp;
  /** The seed of a life that catches it, where the first ones do not: it is tried before them. */
  readonly caughtIn?: number;
  readonly options: (world: World) => SyncOptions;
}

const lost = /claimed complete|has no row|stale/;
const never = Number.MAX_SAFE_INTEGER;

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'paging by offset over a list of changes that changes itself',
    caughtIn: 8,
    caughtBy: lost,
    options: (world) => ({ sweepEvery: never, around: naiveChanges(world, {}) }),
  },
  {
    name: "trusting the order of search: what seems older than the last hit counts as the search's end",
    caughtIn: 8,
    caughtBy: lost,
    options: (world) => ({ sweepEvery: never, around: naiveChanges(world, { stopsOutOfOrder: true }) }),
  },
  {
    name: 'expecting each merge to be in a window of changes',
    caughtIn: 9,
    caughtBy: lost,
    options: () => ({ sweepEvery: never, around: { source: withoutNewest } }),
  },
  {
    name: 'walking by id, and taking the last hit of each page for the highest',
    caughtIn: 76,
    caughtBy: lost,
    options: (world) => ({ sweepEvery: never, around: trustingWalk(world) }),
  },
  {
    name: 'taking what one query gives for all that there is',
    caughtIn: 18,
    caughtBy: lost,
    options: (world) => ({ sweepEvery: never, around: oneQuery(world) }),
  },
  {
    name: 'reading only the first page of a record’s links',
    caughtBy: /link missing/,
    options: () => ({ around: { source: firstLinksOnly } }),
  },
  {
    name: 'reading links of changed records alone',
    caughtBy: /link (missing|left over)/,
    options: () => ({ linkCalls: 0 }),
  },
  {
    name: 'reading links from one end only',
    caughtBy: /without a sweep of links/,
    options: () => ({ around: { source: oneEndOnly } }),
  },
  {
    name: 'never deleting a link that was removed',
    caughtBy: /link left over/,
    options: () => ({ around: { warehouse: rewriting(keepOldLinks) } }),
  },
  {
    name: 'a history that lacks its latest entry',
    caughtBy: /history of \w+: (missing|its last value)/,
    options: () => ({ around: { source: withoutLatestEntries } }),
  },
  {
    name: 'a history that is deleted with nobody',
    caughtIn: 17,
    caughtBy: /deleted for good, but its history is there/,
    options: () => ({ around: { warehouse: rewriting(keepHistory) } }),
  },
  {
    name: 'no overlap, and no second look when the search index has settled',
    caughtBy: lost,
    options: () => ({ overlap: 0, lag: 0, settleAfter: 0, sweepEvery: never }),
  },
  {
    name: 'an overlap that is shorter than the search index is late, and no second look',
    caughtBy: lost,
    caughtIn: 14,
    options: () => ({ settleAfter: 0, sweepEvery: never }),
  },
  {
    name: 'leaving out the first millisecond of a window',
    caughtIn: 275,
    caughtBy: lost,
    options: () => ({ overlap: 0, sweepEvery: never, around: { source: strictWindows } }),
  },
  {
    name: 'not representing records that were deleted for good',
    caughtBy: /gone, but its row lives|deleted for good/,
    options: () => ({ around: { warehouse: rewriting(without('purge')) } }),
  },
  {
    name: 'not representing merges',
    caughtBy: /merge/,
    options: () => ({ around: { warehouse: rewriting(withoutMerges) } }),
  },
  {
    name: 'never reading the recycle bin',
    caughtBy: /archived/,
    options: () => ({ around: { source: withoutBin } }),
  },
  {
    name: 'a checkpoint that is committed before its rows',
    caughtBy: lost,
    options: () => ({ sweepEvery: never, around: { warehouse: checkpointFirst() } }),
  },
  {
    name: 'a watermark taken when a scan ends instead of when the run began',
    caughtIn: 37,
    caughtBy: lost,
    options: () => ({ overlap: 0, sweepEvery: never, around: { warehouse: watermarkFromTheFinish } }),
  },
  {
    name: 'calculated values that are never refreshed',
    caughtBy: / is .* not /,
    options: () => ({ around: { warehouse: rewriting(without('refresh')) } }),
  },
  {
    name: 'an older version that overwrites a newer one',
    caughtBy: /went back|stale/,
    options: (world) => ({
      around: { source: replaysOldPages(world), warehouse: rewriting(unguarded) },
    }),
  },
  {
    name: 'a short page taken for the end of the list',
    caughtBy: lost,
    options: () => ({ sweepEvery: never, around: { source: firstPageOnly } }),
  },
  {
    name: 'forgetting ids that a batch read does not answer',
    caughtBy: lost,
    options: () => ({ sweepEvery: never, around: { source: forgetful } }),
  },
  {
    name: 'passing over records that HubSpot cannot give',
    caughtIn: 16,
    caughtBy: lost,
    options: () => ({ sweepEvery: never, around: { source: passingOver } }),
  },
  {
    name: 'two processes at once, and no fence between them',
    caughtIn: 68,
    caughtBy: /claim fell/,
    options: () => ({ around: { warehouse: fenceless } }),
  },
  {
    name: 'a new column that is not filled for old records',
    caughtBy: / is .* not /,
    options: () => ({ around: { warehouse: withoutFill } }),
  },
  {
    name: 'a property that has been away, and whose column passes for filled',
    caughtBy: / is .* not /,
    options: () => ({ around: { warehouse: trustingColumns } }),
  },
  {
    name: 'a property that was made anew under its name, and passes for the old one',
    caughtIn: 52,
    caughtBy: / is .* not /,
    options: () => ({ around: { warehouse: trustingNames } }),
  },
  {
    name: 'a value that fits its new column and stays in _extra, too',
    caughtIn: 21,
    caughtBy: /_extra is/,
    options: () => ({ around: { warehouse: rewriting(keepingMisfits) } }),
  },
  {
    name: 'a property in the archive that passes for deleted',
    caughtBy: /properties of/,
    options: () => ({ around: { source: withoutArchives } }),
  },
  {
    name: 'an option that nobody has any more, and that stays',
    caughtBy: /options of/,
    options: () => ({ around: { warehouse: rewriting(keepingOptions) } }),
  },
  {
    name: 'a run row that says complete, whatever has happened',
    caughtBy: /ended complete/,
    options: () => ({ around: { warehouse: alwaysComplete } }),
  },
  {
    name: 'leaving what becomes excluded where it is',
    caughtBy: /is excluded, and \d+ rows hold it/,
    options: () => ({ around: { warehouse: rewriting(without('clear')) } }),
  },
];

/** What survives, where the product is right: pages that come again later, with versions that have passed. */
export const harmless: PlantedBug = {
  name: 'pages that come again later, with versions that have passed',
  caughtBy: /./,
  options: (world) => ({ around: { source: replaysOldPages(world) } }),
};
