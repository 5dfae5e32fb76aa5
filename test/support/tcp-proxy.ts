import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export type Side = 'client' | 'server';

export interface TcpProxy {
  /** The target's URL with the proxy's port. */
  readonly url: string;
  /** Ends every connection and refuses new ones. */
  shut(): Promise<void>;
}

/**
 * A network that can fail: every chunk is shown to `judge` before it is passed on; `cut` ends that connection on both
 * sides without passing it on, `swallow` says nothing of it to anybody.
 */
export async function tcpProxy(
  target: string,
  judge: (from: Side, chunk: Buffer) => 'pass' | 'cut' | 'swallow',
): Promise<TcpProxy> {
  const to = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ host: to.hostname, port: Number(to.port) });
    const both = [client, upstream];
    const cut = (): void => both.forEach((socket) => void socket.destroy());
    const tie = (from: Side, source: Socket, sink: Socket): void => {
      sockets.add(source);
      source.on('error', cut).on('close', cut);
      source.on('data', (chunk: Buffer) => {
        const verdict = judge(from, chunk);
        if (verdict === 'pass') sink.write(chunk);
        else if (verdict === 'cut') cut();
      });
    };
    tie('client', client, upstream);
    tie('server', upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(target);
  url.port = String(typeof address === 'object' ? address?.port : '');
  const shut = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  onTestFinished(shut);
  return { url: url.href, shut };
}
