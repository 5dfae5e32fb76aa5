import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recordId, recordJson, syntheticProperties } from './synthetic.ts';

/**
 * A HubSpot that costs next to nothing: every page is written before the clock starts, so that the benchmark measures
 * Keyway and not a simulator. Run in a process of its own: `node page-server.ts <records>`.
 */
const records = Number(process.argv[2]);
const perPage = 100;

const pages: Buffer[] = [];
for (let start = 0; start < records; start += perPage) pages.push(pageFrom(start));

const server = createServer(answer).listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit(0));

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.setHeader('content-type', 'application/json;charset=utf-8');
  response.setHeader('x-hubspot-ratelimit-max', '1000000');
  response.setHeader('x-hubspot-ratelimit-remaining', '999999');
  response.setHeader('x-hubspot-ratelimit-interval-milliseconds', '10000');
  response.end(bodyFor(new URL(request.url ?? '/', 'http://localhost')));
}

function bodyFor(url: URL): Buffer | string {
  if (url.pathname.startsWith('/account-info/')) {
    return JSON.stringify({ portalId: 1, accountType: 'STANDARD', timeZone: 'UTC', companyCurrency: 'EUR' });
  }
  if (url.pathname.startsWith('/crm/properties/')) return JSON.stringify({ results: definitions() });
  if (url.searchParams.get('archived') === 'true') return JSON.stringify({ results: [] });
  const after = url.searchParams.get('after');
  const index = after === null ? 0 : (Number(after) - Number(recordId(0))) / perPage;
  return pages[index] ?? JSON.stringify({ results: [] });
}

function definitions(): unknown[] {
  return syntheticProperties.map(({ name, type }) => ({
    name,
    label: name,
    type,
    fieldType: 'text',
    description: '',
    groupName: 'bench',
    options: [],
    hubspotDefined: true,
  }));
}

function pageFrom(start: number): Buffer {
  const end = Math.min(start + perPage, records);
  const results = Array.from({ length: end - start }, (_, i) => recordJson(start + i)).join(',');
  const next = end < records ? `,"paging":{"next":{"after":"${recordId(end)}"}}` : '';
  return Buffer.from(`{"results":[${results}]${next}}`);
}
