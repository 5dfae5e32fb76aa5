import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  /** How many steps were tried. */
  steps(): number;
  close(): void;
}

/** Hands requests on to the API until so many steps are done, each a request that comes or an answer that goes; then nothing. */
export async function cuttingProxy(upstream: string, after: number): Promise<CuttingProxy> {
  let steps = 0;
  const isCut = (): boolean => steps++ >= after;
  const server = createServer((request, response) => {
    void exchange(request, response).catch(() => request.socket.destroy());
  });
  const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (isCut()) return void request.socket.destroy();
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(new URL(request.url ?? '/', upstream), {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      redirect: 'manual',
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (isCut()) return void request.socket.destroy();
    response.writeHead(answer.status, headersOf(answer.headers, upstream, request.headers.host ?? ''));
    response.end(body);
  };
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    steps: () => steps,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** An upload's session is at the proxy, too. */
function headersOf(headers: Headers, upstream: string, host: string): Record<string, string> {
  return Object.fromEntries(
    [...headers]
      .filter(([name]) => !/^(?:content-encoding|content-length|transfer-encoding|connection)$/.test(name))
      .map(([name, value]) => {
        const isSession = name === 'location' && value.startsWith(new URL(upstream).origin);
        return [name, isSession ? `http://${host}${value.slice(new URL(upstream).origin.length)}` : value];
      }),
  );
}
