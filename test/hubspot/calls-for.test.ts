import { expect, onTestFinished, test } from 'vitest';
import { searchesFor } from '../../src/hubspot/changed-ids.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { totalCalls } from '../../src/cost.ts';
import type { Scan } from '../../src/source.ts';
import { allPages, contacts, idsOf, never, openTestHubspot } from './open-test-hubspot.ts';

const wide = { burst: 1e6, search: 1e6, associations: 1e6, daily: 1e9 };
const ever = { from: 0, until: Date.parse('2100-01-01T00:00:00Z') };

async function open(
  count: number,
): Promise<{ sandbox: Sandbox; hubspot: ReturnType<typeof openTestHubspot> }> {
  const noLag = { min: 0, max: 0 };
  const sandbox = openSandbox({
    contacts: count,
    speed: 0,
    limits: wide,
    indexLag: noLag,
    extraProperties: 0,
  });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  const hubspot = openTestHubspot({ baseUrl: sandbox.url, key: () => sandbox.key });
  await hubspot.account(never);
  return { sandbox, hubspot };
}

const few = ['email', 'lastmodifieddate'];
/** More than a URL can hold: then a list gives ids alone, and batches the values. */
const many = Array.from({ length: 600 }, (_, i) => `a_property_that_there_is_not_${i}`);

test.each<[string, number, Scan, readonly string[]]>([
  ['a list', 730, { kind: 'all' }, few],
  ['a list of nothing', 0, { kind: 'all' }, few],
  ['a list with more properties than a URL can hold', 730, { kind: 'all' }, many],
  ['the recycle bin', 730, { kind: 'archived' }, few],
  ['changes', 730, { kind: 'changes', ...ever }, few],
  ['no changes', 730, { kind: 'changes', from: 1000, until: 2000 }, few],
  ['changes beyond what a search tells at once', 10_600, { kind: 'changes', ...ever }, few],
])('as many calls are foreseen as are made, of %s', async (_, count, scan, properties) => {
  const { sandbox, hubspot } = await open(count);
  sandbox.clearLogs();
  const records = idsOf(await allPages(hubspot.read(contacts, properties, scan, never))).length;
  const { counts, total } = sandbox.requests();
  const searches = Object.entries(counts).filter(([route]) => route.includes('/search'));
  const search = searches.reduce((sum, [, calls]) => sum + calls, 0);
  const foreseen = hubspot.callsFor(properties, { kind: scan.kind, records });
  expect(foreseen).toMatchObject({ burst: total - search, associations: 0 });
  // Windows are halved at the median of what a search shows, so never quite in the middle.
  expect(Math.abs(foreseen.search - search)).toBeLessThanOrEqual(search * 0.03);
});

test('so it is with records that are asked for by their ids', async () => {
  const { sandbox, hubspot } = await open(350);
  const ids = idsOf(await allPages(hubspot.read(contacts, few, { kind: 'all' }, never))).slice(0, 250);
  sandbox.clearLogs();
  await allPages(hubspot.read(contacts, few, { kind: 'ids', ids }, never));
  const foreseen = hubspot.callsFor(few, { kind: 'ids', records: ids.length });
  expect(totalCalls(foreseen)).toBe(sandbox.requests().total);
});

test('searches grow with the changes, and never fewer for more', () => {
  const all = Array.from({ length: 300 }, (_, i) => searchesFor(i * 137));
  expect(all).toEqual(all.toSorted((a, b) => a - b));
  expect(all[0]).toBe(1);
});

test('the pace is HubSpot’s as far as it tells, and the share of it that is taken', async () => {
  const limits = { burst: 190, search: 5, associations: 100, daily: 250_000 };
  const sandbox = openSandbox({ contacts: 5, speed: 0, limits });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  const share = { searchPerSecond: 4, associationsPerSecond: 8, share: 0.5 };
  const hubspot = openTestHubspot({ baseUrl: sandbox.url, key: () => sandbox.key, limits: share });
  expect(hubspot.pace()).toMatchObject({ perSecond: { burst: 8 } });
  expect(hubspot.pace().day).toBeUndefined();
  await hubspot.account(never);
  const { perSecond, day } = hubspot.pace();
  expect(perSecond.burst).toBe(9.5);
  expect(perSecond.search).toBeCloseTo(4, 0);
  expect(perSecond.associations).toBeCloseTo(8, 0);
  expect(day).toEqual({ limit: 250_000, left: 249_999 });
});
