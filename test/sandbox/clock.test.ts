import { expect, test } from 'vitest';
import { openSandbox } from '../../src/sandbox/index.ts';
import { idsOf, objects, openAccount } from './account.ts';

test('a standing clock moves by advance only, and never back', () => {
  const { clock } = openSandbox({ contacts: 1, speed: 0, startAt: 1000 });
  expect(clock.now()).toBe(1000);
  expect(clock.advance(5)).toBe(1005);
  expect(() => clock.advance(-1)).toThrow(RangeError);
  expect(clock.now()).toBe(1005);
});

test('sleeping on a standing clock moves it; sleepers that overlap share the move', async () => {
  const { clock } = openSandbox({ contacts: 1, speed: 0, startAt: 0 });
  await Promise.all([clock.sleep(50), clock.sleep(80), clock.sleep(20)]);
  expect(clock.now()).toBe(80);
});

test('a sleeper can be woken', async () => {
  const { clock } = openSandbox({ contacts: 1, speed: 0.001 });
  const waiting = clock.sleep(60_000, AbortSignal.timeout(1));
  await expect(waiting).rejects.toThrow('timeout');
});

test('the Date header and new timestamps come from the virtual clock', async () => {
  const { sandbox, get } = await openAccount({ startAt: Date.UTC(2027, 0, 1) });
  sandbox.clock.advance(1500);
  const id = sandbox.world.create('contacts', { firstname: 'New' });
  const { body, headers } = await get(`${objects}/contacts/${id}`);
  expect(headers.get('date')).toBe('Fri, 01 Jan 2027 00:00:01 GMT');
  expect(body.createdAt).toBe('2027-01-01T00:00:01.500Z');
  expect(body.updatedAt).toBe(body.properties.lastmodifieddate);
});

test('timestamps on a full second can lose their milliseconds', async () => {
  const { sandbox, get } = await openAccount({ unknowns: { dropZeroMilliseconds: true } });
  const id = idsOf(sandbox, 'contacts')[0] ?? '';
  sandbox.world.update('contacts', id, { firstname: 'x' });
  expect((await get(`${objects}/contacts/${id}`)).body.updatedAt).toBe('2026-10-01T08:00:00Z');
});
