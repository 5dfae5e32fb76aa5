import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/own-server.ts';
import { allPages, contacts, never, openTestHubspot } from './open-test-hubspot.ts';

const found = spawnSync('openssl', ['version']).status === 0;
if (!found) process.stderr.write('SKIPPED: no openssl to make certificates with\n');

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

async function certificate(names: string): Promise<Certificate> {
  const folder = await temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = `req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 2 -subj /CN=test`;
  const args = ['-addext', `subjectAltName=${names}`, '-keyout', key, '-out', cert];
  spawnSync('openssl', [...made.split(' '), ...args]);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

/** As if somebody vouched for it, until the test ends. */
function trust(cert: string): void {
  const before = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(before));
  setDefaultCACertificates([...before, cert]);
}

/** What a reader gets from a server that shows this certificate, and what the server sees of it. */
async function read({
  key,
  cert,
}: Certificate): Promise<{ outcome: unknown; requests: number; visits: number }> {
  const seen = { requests: 0, visits: 0 };
  const server = createServer({ key, cert }, (_request, response) => {
    seen.requests += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"results":[]}');
  });
  server.on('connection', () => (seen.visits += 1)).listen(0, '127.0.0.1');
  await new Promise((resolve) => void server.once('listening', resolve));
  onTestFinished(() => server.close().closeAllConnections());
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const reading = allPages(openTestHubspot({ baseUrl }).read(contacts, ['email'], { kind: 'all' }, never));
  const outcome: unknown = await reading.then(
    () => 'read',
    (error: unknown) => error,
  );
  return { outcome, ...seen };
}

test.skipIf(!found).each([
  ['that nobody vouches for', 'IP:127.0.0.1', false, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['of another host', 'DNS:elsewhere.example', true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
])(
  'a server with a certificate %s gets no request, and is not asked again',
  async (_, names, known, code) => {
    const shown = await certificate(names);
    if (known) trust(shown.cert);
    const { outcome, ...seen } = await read(shown);
    expect(outcome).toMatchObject({ code: 'hubspot_unavailable', verdict: 'stop', details: { code } });
    expect(String(outcome)).toContain('certificate is not trusted here');
    expect(seen).toEqual({ requests: 0, visits: 1 });
  },
);

test.skipIf(!found)('a server with a certificate that is trusted is read', async () => {
  const shown = await certificate('IP:127.0.0.1');
  trust(shown.cert);
  expect(await read(shown)).toMatchObject({ outcome: 'read', visits: 1 });
});
