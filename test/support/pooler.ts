import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import pg from 'pg';
import { onTestFinished } from 'vitest';

export interface Pooler {
  /** The target's URL with the pooler's port. */
  readonly url: string;
  /** How many clients had their transactions done by more than one session. */
  readonly moved: () => number;
}

/** A session of the server, logged in, that does one client's transaction at a time. */
interface Session {
  readonly socket: Socket;
  client: Socket | undefined;
}

/** A pooler in transaction mode: each transaction is done by whichever session has been idle for longest. */
export async function pooler(target: string, sessions: number, greeting = ''): Promise<Pooler> {
  const idle: Session[] = [];
  const waiting: ((session: Session) => void)[] = [];
  const seen = new Map<Socket, Set<Session>>();
  const release = (session: Session): void => {
    session.client = undefined;
    const next = waiting.shift();
    if (next === undefined) idle.push(session);
    else next(session);
  };
  for (let n = 0; n < sessions; n += 1) release(await logIn(target, greeting, release));
  const acquire = (): Promise<Session> => {
    const session = idle.shift();
    return session === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(session);
  };
  const server = createServer((client) => {
    seen.set(client, new Set());
    void serve(client, async () => {
      const session = await acquire();
      session.client = client;
      seen.get(client)?.add(session);
      return session;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const client of seen.keys()) client.destroy();
  });
  const url = new URL(target);
  const address = server.address();
  url.port = String(typeof address === 'object' ? address?.port : '');
  return { url: url.href, moved: () => [...seen.values()].filter(({ size }) => size > 1).length };
}

/** The driver logs in; from then on, its socket is used without it. */
async function logIn(
  target: string,
  greeting: string,
  release: (session: Session) => void,
): Promise<Session> {
  const driver = new pg.Client({ connectionString: target, application_name: 'pooler' });
  driver.on('error', () => undefined);
  await driver.connect();
  await driver.query(greeting);
  const { stream } = (driver as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  stream.removeAllListeners('data');
  const session: Session = { socket: stream, client: undefined };
  onTestFinished(() => void stream.destroy());
  const isOver = readyForAnother();
  stream.on('data', (chunk: Buffer) => {
    const { client } = session;
    client?.write(chunk);
    if (client !== undefined && isOver(chunk)) release(session);
  });
  return session;
}

/** Whether a chunk of the server's ends with the news that no transaction is open. */
function readyForAnother(): (chunk: Buffer) => boolean {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    let over = false;
    while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
      const length = 1 + rest.readUInt32BE(1);
      over = rest.toString('latin1', 0, 1) === 'Z' && rest.toString('latin1', 5, 6) === 'I';
      rest = rest.subarray(length);
    }
    return over && rest.length === 0;
  };
}

const asksForTls = 80_877_103;

/** `AuthenticationOk`, and `ReadyForQuery` outside of a transaction. */
const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

/** Answers the client's first words itself, and brings each transaction to a session. */
async function serve(client: Socket, acquire: () => Promise<Session>): Promise<void> {
  let greeted = false;
  let session: Session | undefined;
  client.on('error', () => undefined);
  try {
    for await (const chunk of client as AsyncIterable<Buffer>) {
      if (!greeted) {
        greeted = chunk.readUInt32BE(4) !== asksForTls;
        client.write(greeted ? welcome : 'N');
      } else if (session?.client !== client) {
        if (chunk.toString('latin1', 0, 1) === 'X') break;
        session = await acquire();
        session.socket.write(chunk);
      } else session.socket.write(chunk);
    }
  } catch {
    // The client was cut off.
  }
  client.destroy();
}
