import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { problemsOf, type Attempt } from '../../src/app/problems.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import type { Checkpoint } from '../../src/checkpoint.ts';
import type { Notice } from '../../src/notice.ts';
import { noCounts, type PipelineRun } from '../../src/run.ts';
import { memoryState, openMemoryWarehouse, type MemoryState } from '../support/memory/index.ts';
import type { Environment } from './account.ts';

const day = 86_400_000;
/** A Wednesday. */
const now = Date.UTC(2026, 6, 1, 12);
const keys = {
  HUBSPOT_SERVICE_KEY: 'pat-eu1-00000000-0000-0000-0000-000000000000',
  HUBSPOT_SERVICE_KEY_NEXT: 'pat-eu1-11111111-1111-1111-1111-111111111111',
};

interface Seen {
  readonly ids: readonly string[];
  readonly texts: readonly string[];
  readonly endOf: (id: string) => string;
}

async function look(
  state: MemoryState,
  { env = {}, attempt = 'just ran' }: { env?: Environment; attempt?: Attempt } = {},
): Promise<Seen> {
  const warehouse = openMemoryWarehouse({ state });
  await warehouse.migrate();
  const settings = readSettings({ env, cwd: tmpdir(), known: knownNames });
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const { problems, endingOf } = await problemsOf({ parts: { settings, clock }, warehouse, attempt });
  return {
    ids: problems.map(({ id }) => id),
    texts: problems.map(({ text }) => text),
    endOf: (id) => endingOf({ id, kind: 'failure', text: '', toldAt: 0 } satisfies Notice),
  };
}

function ran(state: MemoryState, pipeline: string, more: Partial<PipelineRun>): void {
  const run: PipelineRun = {
    runId: 'r',
    pipeline,
    startedAt: now,
    outcome: 'complete',
    counts: noCounts,
    ...more,
  };
  state.pipelineRuns.set(`r ${pipeline}`, run);
}

function complete(state: MemoryState, pipeline: string, checkpoint: Checkpoint): void {
  state.checkpoints.set(pipeline, { version: 1, checkpoint });
}

describe('a pipeline', () => {
  it('is a problem where a run by hand would end with an exit code for it', async () => {
    const state = memoryState(() => now);
    ran(state, 'owners', { outcome: 'failed', code: 'hubspot_unavailable', reason: 'HubSpot is down.' });
    ran(state, 'account', { outcome: 'skipped', code: 'scope_missing', reason: 'Tick it.' });
    ran(state, 'contacts', { outcome: 'partial', reason: 'Without some.' });
    ran(state, 'deals', { outcome: 'complete' });
    expect((await look(state)).texts).toEqual(['owners failed: HubSpot is down. (hubspot_unavailable)']);
    const named = await look(state, { env: { KEYWAY_PIPELINES: 'owners,account,contacts,deals' } });
    expect(new Set(named.ids)).toEqual(new Set(['failure/owners', 'failure/account', 'failure/contacts']));
    complete(state, 'account', { kind: 'snapshot', takenAt: now });
    expect((await look(state)).ids).toContain('failure/account');
  });

  it('is over when it did its work, unknown while nobody can say, and gone when it is not synced', async () => {
    const state = memoryState(() => now);
    for (const outcome of ['running', 'interrupted', 'complete'] as const) {
      ran(state, 'owners', { outcome });
      const { endOf } = await look(state);
      expect([outcome, endOf('failure/owners')]).toEqual([
        outcome,
        outcome === 'complete' ? 'over' : 'unknown',
      ]);
    }
    const { endOf } = await look(state, { env: { KEYWAY_PIPELINES: 'contacts' } });
    expect([endOf('failure/owners'), endOf('staleness/owners')]).toEqual(['gone', 'gone']);
  });

  it('that nothing but what keeps all from syncing has failed is told with that, and is not over for it', async () => {
    const state = memoryState(() => now);
    ran(state, 'owners', { outcome: 'failed', code: 'key_refused', reason: 'No.' });
    const { ids, endOf } = await look(state, { attempt: { code: 'key_refused', reason: 'No.' } });
    expect([ids, endOf('failure/owners')]).toEqual([['run/key_refused'], 'unknown']);
    expect((await look(state)).ids).toEqual(['failure/owners']);
  });
});

describe('a backfill', () => {
  const name = 'contacts/backfill-0a1b2c3d';
  const failed = { outcome: 'failed', code: 'hubspot_unavailable', reason: 'HubSpot is down.' } as const;
  const unfinished = { kind: 'backfill', startedAt: 0, phase: 'records', read: 1, expected: 2 } as const;

  it.each([
    ['before its first step', undefined],
    ['in the midst', unfinished],
  ])('that failed %s is a problem until a later run of it does well', async (_when, checkpoint) => {
    const state = memoryState(() => now);
    if (checkpoint) complete(state, name, checkpoint);
    ran(state, name, failed);
    const { ids, texts } = await look(state);
    expect(ids).toEqual([`failure/${name}`]);
    expect(texts).toEqual(['the backfill of contacts failed: HubSpot is down. (hubspot_unavailable)']);
    for (const outcome of ['running', 'interrupted'] as const) {
      ran(state, name, { outcome });
      expect((await look(state)).endOf(`failure/${name}`)).toBe('unknown');
    }
    // It has made way for what was due, as it does.
    ran(state, name, { outcome: 'partial', reason: 'The rest is for later.' });
    const later = await look(state, { env: { KEYWAY_PIPELINES: 'contacts' } });
    expect([later.ids, later.endOf(`failure/${name}`)]).toEqual([[], 'over']);
  });

  it('is one where it is skipped though its object syncs', async () => {
    const state = memoryState(() => now);
    ran(state, name, { outcome: 'skipped', code: 'scope_missing', reason: 'Tick it.' });
    expect((await look(state)).ids).toEqual([]);
    complete(state, 'contacts', { kind: 'live', watermark: now, settled: now });
    expect((await look(state)).ids).toEqual([`failure/${name}`]);
  });

  it('is none where it was asked for wrongly, unless that comes up in the midst', async () => {
    const state = memoryState(() => now);
    ran(state, name, { outcome: 'failed', code: 'config_invalid', reason: 'No such property.' });
    const { ids, endOf } = await look(state);
    expect([ids, endOf(`failure/${name}`)]).toEqual([[], 'over']);
    complete(state, name, unfinished);
    expect((await look(state)).ids).toEqual([`failure/${name}`]);
  });

  it('is none once it is finished, or its object is not synced', async () => {
    const state = memoryState(() => now);
    ran(state, name, failed);
    const gone = await look(state, { env: { KEYWAY_PIPELINES: 'owners' } });
    expect([gone.ids, gone.endOf(`failure/${name}`)]).toEqual([[], 'gone']);
    complete(state, name, { ...unfinished, finishedAt: now });
    ran(state, name, { outcome: 'interrupted' });
    const over = await look(state);
    expect([over.ids, over.endOf(`failure/${name}`)]).toEqual([[], 'over']);
    ran(state, name, failed);
    expect((await look(state)).ids).toEqual([]);
  });
});

describe('a table', () => {
  it.each([
    ['0 * * * *', 1, false],
    ['0 * * * *', 1.2, true],
    ['@daily', 1.2, false],
    ['@daily', 2.7, true],
    // What the turn of last Sunday made complete.
    ['@weekly', 3.54, false],
    ['@weekly', 3.6, true],
    ['@weekly', 12, true],
  ])(
    'with the schedule %s that is complete up to %d days ago is behind: %s',
    async (cron, days, isBehind) => {
      const state = memoryState(() => now);
      complete(state, 'owners', { kind: 'snapshot', takenAt: now - days * day });
      const { ids } = await look(state, { env: { KEYWAY_SCHEDULES__DEFAULT: cron } });
      expect(ids).toEqual(isBehind ? ['staleness/owners'] : []);
    },
  );

  it.each([
    [7.9, []],
    [8.3, ['staleness/lists']],
  ])('of lists that is complete up to %d days ago goes by how often each is read', async (days, ids) => {
    const state = memoryState(() => now);
    complete(state, 'lists', { kind: 'lists', completeUpTo: now - days * day });
    expect((await look(state, { env: { KEYWAY_SCHEDULES__DEFAULT: '0 * * * *' } })).ids).toEqual(ids);
  });

  it('goes by the schedule of its own, and by the bound that is set', async () => {
    const state = memoryState(() => now);
    complete(state, 'owners', { kind: 'snapshot', takenAt: now - 4 * day });
    const env = { KEYWAY_SCHEDULES__PIPELINES: '{"owners": "@weekly"}' };
    expect((await look(state, { env })).ids).toEqual(['staleness/owners']);
    expect((await look(state, { env: { ...env, KEYWAY_NOTIFY__STALE_AFTER: '9d' } })).ids).toEqual([]);
  });
});

describe('that no run comes about', () => {
  it('is over once one does, and unknown before one was tried', async () => {
    const state = memoryState(() => now);
    const ends = await Promise.all(
      (['unknown', 'ran', 'just ran', { code: 'daily_limit', reason: 'x' }] as const).map(async (attempt) =>
        (await look(state, { attempt })).endOf('run/key_refused'),
      ),
    );
    expect(ends).toEqual(['unknown', 'over', 'over', 'over']);
  });
});

describe('a key', () => {
  const use = async (state: MemoryState, fingerprint: string, slot: string): Promise<void> => {
    const warehouse = openMemoryWarehouse({ state });
    await warehouse.migrate();
    await warehouse.useKey({ portalId: '1', fingerprint, slot, passedOver: [] });
  };

  it('that was not taken is told of only after it had its turn', async () => {
    const { fingerprint } = await import('../../src/hubspot/index.ts');
    const state = memoryState(() => now);
    state.secret = 'secret';
    await use(state, fingerprint(keys.HUBSPOT_SERVICE_KEY, 'secret'), 'HUBSPOT_SERVICE_KEY');
    const next = fingerprint(keys.HUBSPOT_SERVICE_KEY_NEXT, 'secret');
    expect((await look(state, { env: keys })).ids).toEqual([`key/waiting/${next}`]);
    const later = await look(state, { env: keys, attempt: 'ran' });
    expect([later.ids, later.endOf(`key/waiting/${next}`)]).toEqual([[], 'unknown']);
  });

  it('that another one has replaced is told of while it stands in its slot, and an old one while it is in use', async () => {
    const { fingerprint } = await import('../../src/hubspot/index.ts');
    let time = now - 183 * day;
    const state = memoryState(() => time);
    state.secret = 'secret';
    const [first, next] = [keys.HUBSPOT_SERVICE_KEY, keys.HUBSPOT_SERVICE_KEY_NEXT].map((key) =>
      fingerprint(key, 'secret'),
    );
    await use(state, first!, 'HUBSPOT_SERVICE_KEY');
    time = now - 10 * day;
    expect((await look(state, { env: { HUBSPOT_SERVICE_KEY: keys.HUBSPOT_SERVICE_KEY } })).ids).toEqual([
      `key/old/${first}`,
    ]);
    await use(state, next!, 'HUBSPOT_SERVICE_KEY_NEXT');
    const { ids, texts } = await look(state, { env: keys });
    expect(ids).toEqual([`key/replaced/${first}`]);
    expect(texts.join()).not.toContain('pat-');
    const { HUBSPOT_SERVICE_KEY: _, ...emptied } = keys;
    expect((await look(state, { env: emptied })).ids).toEqual([]);
  });
});
