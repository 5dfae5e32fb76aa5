import { PassThroughClient } from 'google-auth-library';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog, type Clock } from '../../../src/service.ts';
import { openBigquery } from '../../../src/warehouse/bigquery/index.ts';
import type { Lease, LeaseGrant, Warehouse } from '../../../src/warehouse.ts';
import type { Exchange } from '../../support/bigquery/faults.ts';
import { startBigqueryDouble, type BigqueryDouble } from '../../support/bigquery/index.ts';

const lease = (process: number): Lease => ({
  name: 'sync',
  holder: `host/${process}/x`,
  label: `sync ${process}`,
  ttl: 45_000,
});

interface Place {
  readonly double: BigqueryDouble;
  /** A process with a client of its own. */
  open(isAlive?: (holder: string) => boolean): Promise<Warehouse>;
}

/** Waits pass at once, and the machine's clock says nothing: a lease is compared on BigQuery's. */
const wrong: Clock = {
  now: () => 0,
  sleep: () => new Promise((resolve) => void setTimeout(resolve, 1)),
};

async function place(polls = 0): Promise<Place> {
  const double = await startBigqueryDouble({ polls });
  onTestFinished(() => double.close());
  const options = {
    project: double.project,
    dataset: 'hubspot',
    stateDataset: 'hubspot_keyway',
    stagingDataset: 'hubspot_keyway_staging',
    location: 'EU',
    endpoint: double.url,
    authClient: new PassThroughClient(),
    clock: wrong,
    log: silentLog,
  };
  const open: Place['open'] = (isAlive = () => true) => openBigquery({ ...options, isAlive });
  await (await open()).migrate();
  return { double, open };
}

const leases = ({ double }: Place): Promise<object[]> =>
  double.sql('select name, holder from hubspot_keyway.leases');

const granted = (grants: readonly LeaseGrant[]): number => grants.filter((grant) => grant.granted).length;

describe('a lease in BigQuery', () => {
  it.each([0, 3])(
    'goes to exactly one of many, when every first answer is lost, after %i polls',
    async (polls) => {
      const there = await place(polls);
      const struck = there.double.faults.add({ kind: 'lost answer', match: onceEach() });
      const grants = await Promise.all(
        [1, 2, 3, 4].map(async (process) => (await there.open()).takeLease(lease(process))),
      );
      expect(struck()).toBeGreaterThan(4);
      expect(granted(grants)).toBe(1);
      const winner = grants.findIndex((grant) => grant.granted) + 1;
      expect(await leases(there)).toEqual([{ name: 'sync', holder: `host/${winner}/x` }]);
      for (const grant of grants.filter((each) => !each.granted))
        expect(grant).toMatchObject({ holder: `host/${winner}/x`, label: `sync ${winner}` });
    },
  );

  it('is granted whichever answer is lost: an UPDATE that had succeeded is not taken for one that found nothing', async () => {
    for (let skip = 0, struck = 1; struck > 0; skip++) {
      const there = await place();
      const takes = there.double.faults.add({ kind: 'lost answer', skip, times: 1 });
      const first = await there.open();
      expect(await first.takeLease(lease(1))).toEqual({ granted: true });
      expect(await first.takeLease(lease(1))).toEqual({ granted: true });
      struck = takes();
      there.double.faults.clear();
      expect(await (await there.open()).takeLease(lease(2))).toMatchObject({
        granted: false,
        label: 'sync 1',
      });
      expect(await leases(there)).toHaveLength(1);
    }
  });

  it('that was renewed late, when another has taken it, stays with the other', async () => {
    const there = await place();
    const [former, next] = [await there.open(), await there.open()];
    await former.takeLease(lease(1));
    there.double.clock.advance(44_000);
    expect(await next.takeLease(lease(2))).toMatchObject({ granted: false });
    there.double.clock.advance(2_000);
    there.double.faults.add({ kind: 'lost answer', times: 1 });
    expect(await next.takeLease(lease(2))).toEqual({ granted: true });
    expect(await former.takeLease(lease(1))).toMatchObject({ granted: false, label: 'sync 2' });
    await former.releaseLease(lease(1));
    expect(await former.takeLease(lease(1))).toMatchObject({ granted: false, label: 'sync 2' });
  });

  it('of a process that is known to be dead goes at once to exactly one, whom the others are told of', async () => {
    const there = await place();
    await (await there.open()).takeLease(lease(9));
    const isAlive = (holder: string): boolean => holder !== lease(9).holder;
    const heirs = await Promise.all([1, 2, 3].map(() => there.open(isAlive)));
    const grants = await Promise.all(heirs.map((heir, index) => heir.takeLease(lease(index + 1))));
    expect(granted(grants)).toBe(1);
    const winner = grants.findIndex((grant) => grant.granted) + 1;
    for (const grant of grants.filter((each) => !each.granted))
      expect(grant).toMatchObject({ label: `sync ${winner}` });
  });

  it('that runs out while it is looked at is taken', async () => {
    const there = await place();
    const [former, next] = [await there.open(), await there.open()];
    await former.takeLease(lease(1));
    let asked = 0;
    there.double.faults.add({
      kind: '503 before',
      match({ method, jobId = '' }) {
        if (method !== 'POST' || !jobId.includes('lease')) return false;
        // After an UPDATE in vain, and before the question of who holds it.
        if (++asked === 2) there.double.clock.advance(60_000);
        return false;
      },
    });
    expect(await next.takeLease(lease(2))).toEqual({ granted: true });
    expect(asked).toBe(3);
  });

  it('can be taken after somebody has deleted its row, or the table, or failed to make it', async () => {
    const there = await place();
    const { double } = there;
    const warehouse = await there.open();
    double.faults.add({ kind: 'failed job', match: 'first-row', times: 1, reason: 'accessDenied' });
    await expect(warehouse.takeLease(lease(1))).rejects.toMatchObject({ code: 'warehouse_refused' });
    expect(await warehouse.takeLease(lease(1))).toEqual({ granted: true });
    for (let round = 0; round < 2; round++) {
      await double.sql('delete from hubspot_keyway.leases');
      const grants = await Promise.all(
        [2, 3].map(async (process) => (await there.open()).takeLease(lease(process))),
      );
      expect(granted(grants)).toBe(1);
      expect(await leases(there)).toHaveLength(1);
    }
  });

  it('is refused with what to do where the table is gone, and taken once it is there again', async () => {
    const there = await place();
    const warehouse = await there.open();
    await warehouse.takeLease(lease(1));
    await remove(there.double, 'leases');
    await expect(warehouse.takeLease(lease(1))).rejects.toThrow(/Run keyway migrate/);
    await remove(there.double, 'migrations');
    await warehouse.migrate();
    expect(await warehouse.takeLease(lease(1))).toEqual({ granted: true });
    expect(await leases(there)).toHaveLength(1);
  });
});

/** The first of each request about a job. */
function onceEach(): (exchange: Exchange) => boolean {
  const seen = new Set<string>();
  return ({ method, path, jobId }) => {
    const request = `${method} ${path} ${jobId}`;
    const isFirst = jobId !== undefined && !seen.has(request);
    seen.add(request);
    return isFirst;
  };
}

async function remove({ url, project }: BigqueryDouble, table: string): Promise<void> {
  const path = `/bigquery/v2/projects/${project}/datasets/hubspot_keyway/tables/${table}`;
  await fetch(url + path, { method: 'DELETE' });
}
