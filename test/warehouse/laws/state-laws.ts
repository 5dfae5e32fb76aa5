import { describe, expect, it } from 'vitest';
import { noCounts, type PipelineRun, type Run } from '../../../src/run.ts';
import type { KeyUse } from '../../../src/service-key.ts';
import type { Lease } from '../../../src/warehouse.ts';
import type { WarehouseKind } from '../conformance.ts';
import { prepare } from './world.ts';

const mine: Lease = { name: 'sync', holder: 'host/1/a', label: 'sync on host', ttl: 60_000 };
const yours: Lease = { name: 'sync', holder: 'host/2/b', label: 'worker on host', ttl: 60_000 };

const runId = (number: number): string => `019a0000-0000-7000-8000-${String(number).padStart(12, '0')}`;

const run = (number: number, more: Partial<Run> = {}): Run => ({
  id: runId(number),
  command: 'sync',
  version: '1.0.0',
  portalId: '62515',
  keyFingerprint: 'abc',
  startedAt: 1_767_600_000_123 + number,
  outcome: 'running',
  ...more,
});

const pipelineRun = (number: number, more: Partial<PipelineRun> = {}): PipelineRun => ({
  runId: runId(number),
  pipeline: 'contacts',
  startedAt: 1_767_600_000_123 + number,
  outcome: 'running',
  counts: noCounts,
  ...more,
});

export function stateLaws(kind: WarehouseKind): void {
  describe('leases', () => {
    it('go to one holder, who may renew it and give it back', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const other = await open();
      expect(await warehouse.takeLease(mine)).toEqual({ granted: true });
      expect(await warehouse.takeLease(mine)).toEqual({ granted: true });
      const refused = await other.takeLease(yours);
      expect(refused).toMatchObject({ granted: false, holder: mine.holder, label: mine.label });
      const left = refused.granted ? 0 : refused.expiresIn;
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(mine.ttl);
      expect(await other.takeLease({ ...yours, name: 'another' })).toEqual({ granted: true });
      await warehouse.releaseLease(mine);
      expect(await other.takeLease(yours)).toEqual({ granted: true });
    });

    it('are not given back by whoever does not hold them', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      await warehouse.takeLease(mine);
      await warehouse.releaseLease(yours);
      expect(await warehouse.takeLease(yours)).toMatchObject({ granted: false });
    });

    it('are free once they expired, and then lost for the former holder', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      await warehouse.takeLease({ ...mine, ttl: 0 });
      expect(await warehouse.takeLease(yours)).toEqual({ granted: true });
      expect(await warehouse.takeLease(mine)).toMatchObject({ granted: false, holder: yours.holder });
    });

    it('go to exactly one of many that ask at once', async () => {
      const { open } = await kind.subject();
      await prepare(await open());
      const asking = await Promise.all(Array.from({ length: 5 }, () => open()));
      const grants = await Promise.all(
        asking.map((warehouse, index) => warehouse.takeLease({ ...mine, holder: `host/${index}/x` })),
      );
      expect(grants.filter(({ granted }) => granted)).toHaveLength(1);
    });
  });

  describe('runs', () => {
    it('are remembered as they were, the latest first', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const first = run(1, { finishedAt: 1_767_600_009_999, outcome: 'failed', error: 'It’s "broken"' });
      await warehouse.startRun(run(1));
      await warehouse.finishRun(first, [
        { ...call, status: 200, calls: 3 },
        { ...call, status: 429, calls: 1, day: { limit: 10, left: 6 } },
      ]);
      await warehouse.startRun(run(2));
      expect(await warehouse.runs(10)).toEqual([run(2), first]);
      expect(await warehouse.runs(1)).toEqual([run(2)]);
    });

    it('that a process left open are closed by the next process, not by the same one', async () => {
      const { open } = await kind.subject();
      const dead = await prepare(await open());
      await dead.startRun(run(1));
      await dead.savePipelineRun(pipelineRun(1));
      const warehouse = await open();
      await warehouse.startRun(run(2));
      await warehouse.startRun(run(3));
      expect((await warehouse.runs(10)).map(({ outcome }) => outcome)).toEqual([
        'running',
        'running',
        'crashed',
      ]);
      expect((await warehouse.runs(10)).at(-1)?.finishedAt).toBeTypeOf('number');
      expect((await warehouse.pipelineRuns())[0]?.last.outcome).toBe('interrupted');
    });

    it('that a process left open can be closed before there is another one; those of the same process stay open', async () => {
      const { open } = await kind.subject();
      const dead = await prepare(await open());
      await dead.startRun(run(1));
      await dead.savePipelineRun(pipelineRun(1));
      await dead.closeRuns();
      expect((await dead.runs(10)).map(({ outcome }) => outcome)).toEqual(['running']);
      const warehouse = await open();
      await warehouse.closeRuns();
      expect((await warehouse.runs(10)).map(({ outcome }) => outcome)).toEqual(['crashed']);
      expect((await warehouse.runs(10))[0]?.finishedAt).toBeTypeOf('number');
      expect((await warehouse.pipelineRuns())[0]?.last.outcome).toBe('interrupted');
    });

    it('tell of each pipeline the latest and the latest complete one', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const counts = { read: 1, inserted: 2, updated: 3, removed: 4, unchanged: 5, misfits: 6 };
      const complete = pipelineRun(1, {
        outcome: 'complete',
        counts,
        misfitsByProperty: { __proto__x: 4, shoe_size: 2 },
        finishedAt: 5,
        completeUpTo: 1_767_600_000_001,
      });
      const failed = pipelineRun(2, {
        outcome: 'failed',
        code: 'scope_missing',
        reason: 'Tick it',
        finishedAt: 9,
      });
      const deals = pipelineRun(2, { pipeline: 'deals' });
      await warehouse.savePipelineRun(pipelineRun(1));
      for (const item of [complete, failed, deals]) await warehouse.savePipelineRun(item);
      expect(await warehouse.pipelineRuns()).toEqual([{ last: failed, complete }, { last: deals }]);
      expect(await warehouse.pipelineRunsOf(runId(2))).toEqual([failed, deals]);
      expect(await warehouse.pipelineRunsOf(runId(7))).toEqual([]);
    });
  });

  describe('the account', () => {
    it('is pinned by the first key and refuses a key of another one', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      expect(await warehouse.portalId()).toBeUndefined();
      await warehouse.useKey(key('a'));
      await warehouse.useKey(key('a'));
      await warehouse.useKey(key('b'));
      const other = warehouse.useKey({ ...key('c'), portalId: '2' });
      await expect(other).rejects.toMatchObject({ code: 'account_mismatch' });
      expect(await warehouse.portalId()).toBe('1');
    });
  });

  describe('the keys', () => {
    it('are unknown before anything has synced, and nothing is made by asking', async () => {
      const { open } = await kind.subject();
      const warehouse = await open();
      expect(await warehouse.fingerprintSecret()).toBeUndefined();
      expect(await warehouse.serviceKeys()).toEqual([]);
      expect(await warehouse.portalId()).toBeUndefined();
    });

    it('are told by a secret that stays the same, and is another one elsewhere', async () => {
      const [here, there] = [await kind.subject(), await kind.subject()];
      const first = await (await prepare(await here.open())).fingerprintSecret();
      expect(first).toMatch(/./);
      expect(await (await prepare(await here.open())).fingerprintSecret()).toBe(first);
      expect(await (await prepare(await there.open())).fingerprintSecret()).not.toBe(first);
    });

    it('are remembered with their slots, scopes and times; the latest one is in use, the others are replaced', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      await warehouse.useKey({ ...key('a'), scopes: ['tickets'] });
      await warehouse.useKey({ ...key('a'), slot: 'other' });
      const [only] = await warehouse.serviceKeys();
      expect(only).toEqual({
        fingerprint: 'a',
        portalId: '1',
        slot: 'other',
        scopes: ['tickets'],
        calls: 0,
        firstUsedAt: expect.any(Number) as number,
        lastUsedAt: expect.any(Number) as number,
      });
      expect(only?.lastUsedAt).toBeGreaterThanOrEqual(only?.firstUsedAt ?? Infinity);
      await warehouse.useKey({ ...key('b'), passedOver: [{ fingerprint: 'c', slot: 'third' }] });
      const [a, b, c] = await warehouse.serviceKeys();
      expect(a).toEqual({ ...only, replacedAt: expect.any(Number) as number });
      expect(b).toMatchObject({ fingerprint: 'b', slot: 'first' });
      expect(b).not.toHaveProperty('replacedAt');
      expect(c).toEqual({
        fingerprint: 'c',
        portalId: '1',
        slot: 'third',
        calls: 0,
        replacedAt: expect.any(Number) as number,
      });
      await warehouse.useKey(key('c'));
      const again = await warehouse.serviceKeys();
      expect(again.filter(({ replacedAt }) => replacedAt === undefined)).toMatchObject([
        { fingerprint: 'c' },
      ]);
      expect(again.find(({ fingerprint }) => fingerprint === 'a')).toEqual(a);
    });

    it('count the calls of all runs that have ended, from the first one to the last', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      await warehouse.useKey({ ...key('abc'), passedOver: [{ fingerprint: 'another', slot: 'second' }] });
      await warehouse.startRun(run(1));
      const later = Date.now() + 60_000;
      const usage = [
        { ...call, status: 200, calls: 3 },
        { ...call, status: 404, calls: 1, firstAt: 1000, lastAt: later, day: { limit: 10, left: 6 } },
        { ...call, keyFingerprint: 'another', status: 200, calls: 1, lastAt: later + 1 },
      ];
      await warehouse.finishRun(run(1), usage);
      await warehouse.finishRun(run(1), usage);
      expect(await warehouse.serviceKeys()).toMatchObject([
        { calls: 4, firstUsedAt: 1000, lastUsedAt: later },
        // It was looked at, and passed over: HubSpot shows when, too.
        { calls: 1, firstUsedAt: call.firstAt, lastUsedAt: later + 1 },
      ]);
    });
  });

  describe('health', () => {
    it('is good where all rights are, and changes nothing', async () => {
      const { open } = await kind.subject();
      const warehouse = await open();
      expect(await warehouse.check()).toMatchObject({ ok: true, problems: [] });
      await prepare(warehouse);
      expect(await warehouse.check()).toMatchObject({ ok: true, problems: [] });
      expect(warehouse.label).not.toBe('');
    });
  });
}

function key(fingerprint: string): KeyUse {
  return { portalId: '1', fingerprint, slot: 'first', passedOver: [] };
}

const call = {
  keyFingerprint: 'abc',
  endpoint: 'GET /a',
  firstAt: 1_767_600_000_000,
  lastAt: 1_767_600_000_001,
};
