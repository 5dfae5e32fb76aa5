import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { KeywayError } from '../errors.ts';
import type { Access } from './access.ts';
import { routes, type StatusViews } from './routes.ts';

export interface StatusServer {
  readonly url: string;
  /** Cuts off whoever still looks on. */
  close(): Promise<void>;
}

export interface Place {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** Listens when it resolves. Throws `config_invalid` where it cannot. */
export async function openStatusServer(
  { host, port }: Place,
  views: StatusViews,
  access: Access,
): Promise<StatusServer> {
  const closing = new AbortController();
  const { fetch } = routes(views, access, closing.signal);
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false, serverOptions }) as Server;
  server.maxConnections = mostConnections;
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw refusal({ host, port }, error);
  }
  const { port: found } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${found}`,
    async close() {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Milliseconds and bytes: nobody can hold this process up by being slow. */
const serverOptions = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
};
const mostConnections = 100;

function refusal({ host, port }: Place, error: unknown): KeywayError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = reasons[code] ?? `cannot be listened on (${code || String(error)})`;
  return new KeywayError(
    'config_invalid',
    `The address of the status page, ${host}:${port}, ${why}. Set KEYWAY_HTTP to another one, such as 127.0.0.1:${port < 65_535 && port > 1023 ? port + 1 : 8081}, or to off.`,
    { cause: error, details: { address: `${host}:${port}` } },
  );
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use already, by another worker or another program',
  EACCES: 'may not be used by this user: ports up to 1023 take root',
  EADDRNOTAVAIL: 'is none of this machine',
  ENOTFOUND: 'is not known: there is no such name',
};
