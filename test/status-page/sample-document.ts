import { noCounts, type PipelineRun } from '../../src/run.ts';
import {
  conditionOf,
  type PipelineReport,
  type StatusDocument,
  verdictOf,
  type WorkerState,
} from '../../src/status-page/index.ts';

export const at = Date.parse('2026-11-28T22:00:00Z');
const minute = 60_000;
const hour = 60 * minute;

export const waiting: WorkerState = {
  state: 'waiting',
  since: at - minute,
  next: at + 42 * minute,
  lastRun: 'r0',
};

export const syncing: WorkerState = {
  state: 'syncing',
  since: at - 3 * minute,
  lastRun: 'r0',
  run: {
    id: 'r1',
    startedAt: at - 3 * minute,
    pipelines: [
      { pipeline: 'owners', outcome: 'complete', read: 14 },
      { pipeline: 'contacts', outcome: 'running', phase: 'full load', read: 12_400, expected: 20_000 },
      { pipeline: 'deals', outcome: 'running', phase: 'changes', read: 312 },
    ],
  },
};

type Unjudged = Omit<PipelineReport, 'condition'>;

const ran = (pipeline: string, more: Partial<PipelineRun> = {}): PipelineRun => ({
  runId: 'r0',
  pipeline,
  startedAt: at - 18 * minute,
  finishedAt: at - 17 * minute,
  outcome: 'complete',
  counts: noCounts,
  ...more,
});

export function pipeline(name: string, more: Partial<Unjudged> = {}): Unjudged {
  return {
    pipeline: name,
    state: 'live',
    named: false,
    completeUpTo: at - 78 * minute,
    changedAt: at - 18 * minute,
    nextRun: at + 42 * minute,
    tables: [{ table: name, rows: 48_212, living: 47_030 }],
    last: ran(name),
    ...more,
  };
}

const usual: readonly Unjudged[] = [
  pipeline('contacts', { tables: [{ table: 'contacts', rows: 1_248_212, living: 1_240_004 }] }),
  pipeline('companies', { tables: [{ table: 'companies', rows: 88_012, living: 88_012 }] }),
  pipeline('deals'),
  pipeline('tickets', { changedAt: at - 30 * hour }),
  pipeline('lists', {
    tables: [
      { table: 'lists', rows: 120, living: 118 },
      { table: 'list_memberships', rows: 240_113, living: 240_113 },
    ],
  }),
  pipeline('associations', {
    tables: [
      { table: 'associations', rows: 3_204_991, living: 3_204_991 },
      { table: 'association_types', rows: 64, living: 64 },
    ],
  }),
];

/** One that has never synced. */
function without({ completeUpTo: _, changedAt: __, ...rest }: Unjudged): Unjudged {
  return { ...rest, state: 'never run', tables: [] };
}

export const troubled: readonly Unjudged[] = [
  ...usual,
  pipeline('quotes', {
    completeUpTo: at - 26 * hour,
    last: ran('quotes', {
      outcome: 'failed',
      code: 'mass_deletion',
      reason:
        '4,210 of 9,800 records of quotes seem to be deleted at once, so that none of their rows was cleared. If that is true, run keyway sync quotes --accept-deletions.',
    }),
  }),
  without(
    pipeline('leads', {
      named: true,
      last: ran('leads', {
        outcome: 'skipped',
        code: 'scope_missing',
        reason:
          'The key lacks the scope crm.objects.leads.read. Tick it in HubSpot, and the next run picks it up.',
      }),
    }),
  ),
  pipeline('orders', { state: 'loading', tables: [{ table: 'orders', rows: 1200, living: 1200 }] }),
  without(
    pipeline('goal_targets', {
      last: ran('goal_targets', {
        outcome: 'skipped',
        code: 'not_available',
        reason: 'The account’s plan has no goals.',
      }),
    }),
  ),
];

const outcomes = ['complete', 'complete', 'incomplete', 'complete', 'failed', 'complete'] as const;

/** As an account is that has synced for some weeks. */
export function sampleDocument(
  pipelines: readonly Unjudged[] = usual,
  worker: WorkerState = waiting,
  more: Partial<StatusDocument> = {},
): StatusDocument {
  const told = {
    at,
    worker,
    report: {
      readAt: at - 2000,
      warehouse: 'Postgres db.example.com:5432/warehouse, schema hubspot',
      portalId: '62515',
      pipelines: pipelines.map((each) => ({ ...each, condition: conditionOf(each, { at, worker }) })),
      runs: Array.from({ length: 40 }, (_, n) => ({
        id: `r${n}`,
        command: 'worker',
        version: '0.1.0',
        portalId: '62515',
        keyFingerprint: 'a1b2c3d4e5f6',
        startedAt: at - 18 * minute - n * hour,
        finishedAt: at - 18 * minute - n * hour + 20_000 + ((n * 7919) % 90_000),
        outcome: n < 30 ? outcomes[n % 6 === 4 && n !== 16 ? 0 : n % 6]! : ('complete' as const),
        counts: {
          read: 4000 + ((n * 104_729) % 9000),
          inserted: (n * 31) % 40,
          updated: (n * 7919) % 900,
          removed: n % 3,
          unchanged: 3000,
        },
        pipelines: 6,
        failed: n === 16 ? 1 : 0,
        ...(n === 16 && { error: 'HubSpot could not be reached for ten minutes.' }),
      })),
      keys: [
        {
          slot: 'HUBSPOT_SERVICE_KEY_NEXT',
          fingerprint: '9f2c41d07be3',
          state: 'in use' as const,
          firstUsedAt: at - 50 * hour,
          lastUsedAt: at - 17 * minute,
          calls: 48_210,
          scopes: ['crm.objects.companies.read', 'crm.objects.contacts.read', 'crm.objects.deals.read'],
        },
        {
          slot: 'HUBSPOT_SERVICE_KEY',
          fingerprint: 'a1b2c3d4e5f6',
          state: 'replaced' as const,
          firstUsedAt: at - 900 * hour,
          lastUsedAt: at - 50 * hour,
          replacedAt: at - 50 * hour,
          calls: 1_204_112,
        },
      ],
      day: {
        calls: 21_400,
        hours: Array.from({ length: 24 }, (_, n) => ({
          from: at - (23 - n) * hour,
          calls: n === 2 ? 9200 : 300 + ((n * 379) % 500),
        })),
        account: { limit: 650_000, left: 588_120, at: at - 17 * minute },
      },
      schemaChanges: [
        {
          changedAt: at - 5 * hour,
          kind: 'add_property',
          table: 'deals',
          property: 'forecast_note',
          column: 'forecast_note',
        },
        {
          changedAt: at - 5 * hour,
          kind: 'add_column',
          table: 'deals',
          column: 'forecast_note',
          newType: 'text',
        },
        {
          changedAt: at - 80 * hour,
          kind: 'retype_column',
          table: 'contacts',
          column: 'score',
          oldType: 'text',
          newType: 'numeric',
        },
      ],
      backfills: [
        {
          pipeline: 'contacts',
          startedAt: at - 2 * hour,
          phase: 'records' as const,
          read: 212_000,
          expected: 1_240_000,
          properties: ['email', 'phone'],
        },
      ],
    },
    ...more,
  };
  return { version: 1, keyway: '0.1.0', verdict: verdictOf(told), ...told };
}
