import { expect, test } from 'vitest';
import { idsOf, openAccount } from './account.ts';
import type { Account } from './account.ts';

const start = async ({ post }: Account): Promise<{ status: number; id: string }> => {
  const { status, body } = await post('/crm/exports/2026-09/export/async', {
    exportType: 'VIEW',
    objectType: 'CONTACT',
    objectProperties: ['email'],
    exportName: 'all',
  });
  return { status, id: body.id };
};
const statusOf = async ({ get }: Account, id: string): Promise<string> =>
  (await get(`/crm/exports/2026-09/export/async/tasks/${id}/status`)).body.status;

test('an export is pending, processing, complete, and its address dies after five minutes', async () => {
  const account = await openAccount();
  const { sandbox, get } = account;
  const { status, id } = await start(account);
  expect(status).toBe(202);
  expect(await statusOf(account, id)).toBe('PENDING');
  sandbox.clock.advance(2000);
  expect(await statusOf(account, id)).toBe('PROCESSING');
  sandbox.clock.advance(10_000);
  const { body } = await get(`/crm/exports/2026-09/export/async/tasks/${id}/status`);
  expect(body.status).toBe('COMPLETE');
  expect((await get(`/crm/exports/2026-09/export/${id}`)).body).toMatchObject({
    exportState: 'DONE',
    recordCount: idsOf(sandbox, 'contacts').length,
  });
  const file = await fetch(body.result);
  expect(file.status).toBe(200);
  expect((await file.text()).split('\r\n')[0]).toBe('"Record ID","email"');
  sandbox.clock.advance(300_000);
  expect((await fetch(body.result)).status).toBe(403);
  const again = await get(`/crm/exports/2026-09/export/async/tasks/${id}/status`);
  expect((await fetch(again.body.result)).status).toBe(200);
});

test('one export runs at a time', async () => {
  const account = await openAccount();
  const [first, second] = [await start(account), await start(account)];
  account.sandbox.clock.advance(5000);
  expect(await statusOf(account, first.id)).toBe('PROCESSING');
  expect(await statusOf(account, second.id)).toBe('PENDING');
  account.sandbox.clock.advance(10_000);
  expect(await statusOf(account, first.id)).toBe('COMPLETE');
  expect(await statusOf(account, second.id)).toBe('PROCESSING');
});

test('the 31st export within 24 hours is refused', async () => {
  const account = await openAccount();
  for (let i = 0; i < 30; i += 1) expect((await start(account)).status).toBe(202);
  expect((await start(account)).status).toBe(429);
  account.sandbox.clock.advance(86_400_000);
  expect((await start(account)).status).toBe(202);
});

test('exports need their scope, an object and properties', async () => {
  const account = await openAccount();
  expect(
    (await account.post('/crm/exports/2026-09/export/async', { objectType: 'CONTACT', objectProperties: [] }))
      .status,
  ).toBe(400);
  expect(
    (
      await account.post('/crm/exports/2026-09/export/async', {
        objectType: 'NOTHING',
        objectProperties: ['a'],
      })
    ).status,
  ).toBe(400);
  account.sandbox.world.keys.grant(['crm.objects.contacts.read']);
  expect((await account.post('/crm/exports/2026-09/export/async', {})).status).toBe(403);
});
