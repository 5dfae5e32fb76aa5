import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between client and sandbox and changes what the client says: a bug in the client, planted from outside. */
export async function openPlantingProxy(
  target: () => string,
  change: (body: string) => string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = change(Buffer.concat(chunks).toString());
      const headers = { ...incoming.headers, 'content-length': String(Buffer.byteLength(body)) };
      const onward = forward(target() + incoming.url!, { method: incoming.method!, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      onward.end(incoming.method === 'GET' ? undefined : body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
