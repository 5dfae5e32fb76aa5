import { expect, onTestFinished, test } from 'vitest';
import { openTransport } from '../../src/hubspot/transport.ts';
import { fakeServer } from './fake-server.ts';
import { never, testKey } from './open-test-hubspot.ts';

const timeouts = { connect: 1000, headers: 1000, body: 1000, total: 1000 };

test('the last line before the network refuses what is not a read, whoever asks', async () => {
  const server = await fakeServer(() => ({ json: {} }));
  const transport = openTransport({ baseUrl: server.url, timeouts });
  onTestFinished(() => transport.close());
  const write = { method: 'POST', path: '/crm/objects/2026-09/contacts', search: '', key: testKey } as const;
  await expect(transport.send(write, never)).rejects.toMatchObject({ code: 'request_not_allowed' });
  const smuggled = {
    ...write,
    method: 'GET',
    path: '/crm/objects/2026-09/contacts/1/../../batch/archive',
  } as const;
  await expect(transport.send(smuggled, never)).rejects.toMatchObject({ code: 'request_not_allowed' });
  expect(server.seen).toEqual([]);
});

test('the base address may have a path of its own, such as that of a proxy', async () => {
  const server = await fakeServer(() => ({ json: {} }));
  const transport = openTransport({ baseUrl: `${server.url}/hubspot/`, timeouts });
  onTestFinished(() => transport.close());
  await transport.send(
    { method: 'GET', path: '/crm/owners/2026-09', search: '?limit=1', key: testKey },
    never,
  );
  expect(server.seen[0]?.path).toBe('/hubspot/crm/owners/2026-09');
});
