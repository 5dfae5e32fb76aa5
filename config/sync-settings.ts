import { duration, whole } from './kinds.ts';
import type { Setting } from './setting.ts';

/** What a run reads, and how often again. */
export const syncSettings = {
  'sync.lag': {
    kind: duration,
    default: '60s',
    meaning: "how far HubSpot's search may be behind its data; the watermark stays this far behind",
    example: '2m',
  },
  'sync.overlap': {
    kind: duration,
    default: '15m',
    meaning: 'how far before the watermark a run begins to read again',
    example: '1h',
  },
  'sync.settleAfter': {
    kind: duration,
    default: '1h',
    meaning:
      "when HubSpot's search is sure to show a change: what is older is read once more, and only then called complete",
    example: '2h',
  },
  'sync.archivedEvery': {
    kind: duration,
    default: '20h',
    meaning:
      'how old the last look at a recycle bin of more than 1,000 records may be; a smaller one is read in each run',
    example: '6h',
  },
  'sync.listUpTo': {
    kind: whole(0, 100_000),
    default: 500,
    meaning:
      'a table of so many living rows at most is compared with the list of all records in each run, one call per 100; what has changed in longer ones is searched for',
    example: 2000,
  },
  'sync.sweepEvery': {
    kind: duration,
    default: '20h',
    meaning:
      'how old calculated values may be, and the last comparison of every id and version: one call per 100 records',
    example: '7d',
  },
  'sync.reconcileEvery': {
    kind: duration,
    default: '20h',
    meaning:
      "how old the last comparison of HubSpot's count with the warehouse's may be; up to 5,000 rows are counted in each run",
    example: '6h',
  },
  'sync.linksEvery': {
    kind: duration,
    default: '7d',
    meaning:
      'in which time the links of all records are read again, a stretch per run; those of changed records are read in each run',
    example: '1d',
  },
  'sync.linkCalls': {
    kind: whole(0, 100_000),
    default: 500,
    meaning: 'calls that a run may take for such a stretch at most; one reads the links of 1,000 records',
    example: 100,
  },
  'sync.listsEvery': {
    kind: duration,
    default: '7d',
    meaning:
      'when the members of a list are read again, whatever HubSpot says of it; lists that it says have changed are read in each run',
    example: '1d',
  },
  'sync.listCalls': {
    kind: whole(0, 100_000),
    default: 1000,
    meaning: 'calls that a run may take for members of lists at most; one reads 250 of a list',
    example: 100,
  },
  'sync.concurrency': {
    kind: whole(1, 16),
    default: 4,
    meaning: 'pipelines that run at the same time',
    example: 2,
  },
} as const satisfies Readonly<Record<string, Setting>>;
