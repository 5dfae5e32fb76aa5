import { expect, test } from 'vitest';
import type { SandboxChoice } from '../../src/sandbox/index.ts';
import { idsOf, objects, openAccount } from './account.ts';
import type { Account } from './account.ts';

interface Entry {
  readonly value: string;
  readonly timestamp: string;
}

async function stages({ post }: Account, id: string, archived = false): Promise<readonly Entry[]> {
  const { body } = await post(`${objects}/deals/batch/read${archived ? '?archived=true' : ''}`, {
    properties: ['dealstage'],
    propertiesWithHistory: ['dealstage'],
    inputs: [{ id }],
  });
  return body.results[0].propertiesWithHistory.dealstage;
}

async function edited(choice: SandboxChoice = {}): Promise<{ account: Account; id: string }> {
  const account = await openAccount(choice);
  const [id = ''] = idsOf(account.sandbox, 'deals');
  for (const dealstage of ['a', 'b', 'b', null, 'c']) {
    account.sandbox.clock.advance(1000);
    account.sandbox.world.update('deals', id, { dealstage });
  }
  return { account, id };
}

test('it begins when the record is made, ends with its value, and what is past stays as it was', async () => {
  const { account, id } = await edited();
  const { truth } = account.sandbox.world;
  const before = await stages(account, id);
  expect(before[0]?.value).toBe('c');
  expect(before.at(-1)?.timestamp).toBe(truth.record('deals', id)?.createdAt);
  expect(before.slice(0, 5).map(({ value }) => value)).toEqual(['c', '', 'b', 'b', 'a']);
  account.sandbox.clock.advance(86_400_000);
  account.sandbox.world.update('deals', id, { dealstage: 'd' });
  expect((await stages(account, id)).slice(1)).toEqual(before);
});

test('truth tells the same, oldest first', async () => {
  const { account, id } = await edited();
  const told = (await stages(account, id)).toReversed();
  const truth = account.sandbox.world.truth.history('deals', id, 'dealstage');
  expect(truth.map(({ value, at }) => [value, at])).toEqual(
    told.map(({ value, timestamp }) => [value, Date.parse(timestamp)]),
  );
});

test('the order of entries, and how many there are at most, are switches', async () => {
  const values = async (unknowns: SandboxChoice['unknowns']): Promise<readonly string[]> => {
    const { account, id } = await edited({ unknowns: unknowns ?? {} });
    return (await stages(account, id)).map(({ value }) => value);
  };
  const newest = await values({});
  expect(await values({ historyOrder: 'oldest first' })).toEqual(newest.toReversed());
  const none = await values({ historyOrder: 'none' });
  expect(none.toSorted()).toEqual(newest.toSorted());
  expect([newest, newest.toReversed()]).not.toContainEqual(none);
  expect(await values({ historyLength: 2 })).toEqual(newest.slice(0, 2));
});

test('a replica that lags behind does not know the latest entry', async () => {
  const { account, id } = await edited();
  const fresh = await stages(account, id);
  account.sandbox.faults.add({ kind: 'stale read' });
  expect(await stages(account, id)).toEqual(fresh.slice(1));
});

test.each([true, false])('a privacy deletion leaves it in the recycle bin: %s', async (gdprLeavesHistory) => {
  const account = await openAccount({ unknowns: { gdprLeavesArchived: true, gdprLeavesHistory } });
  const [id = ''] = idsOf(account.sandbox, 'contacts');
  account.sandbox.world.update('contacts', id, { email: 'ada@example.com' });
  account.sandbox.world.gdprDelete(id);
  const { body } = await account.post(`${objects}/contacts/batch/read?archived=true`, {
    properties: ['email'],
    propertiesWithHistory: ['email'],
    inputs: [{ id }],
  });
  const [{ properties, propertiesWithHistory }] = body.results;
  expect(properties.email).toBe(null);
  expect(propertiesWithHistory.email.length > 0).toBe(gdprLeavesHistory);
});
