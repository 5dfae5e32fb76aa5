import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Passing {
  readonly method: string;
  readonly path: string;
  /** The header with the key, if there was one. */
  readonly authorization: string;
  /** What was asked. */
  readonly sent: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** Stands between a client and the sandbox and may change any answer. Resolves with its address. */
export async function bendingProxy(
  target: () => string,
  bend: (answer: Passing) => Partial<Pick<Passing, 'status' | 'headers' | 'body'>> | undefined,
  indent = '',
): Promise<string> {
  const server = createServer((request, response) => {
    void (async () => {
      const given = await bytesOf(request);
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(
          ([name, value]) =>
            typeof value === 'string' && !['host', 'connection', 'content-length'].includes(name),
        ),
      ) as Record<string, string>;
      const method = request.method ?? 'GET';
      const path = request.url ?? '/';
      const answer = await fetch(`${target()}${path}`, {
        method,
        headers: { ...headers, 'accept-encoding': 'identity' },
        ...(given.length > 0 && { body: new Uint8Array(given) }),
      });
      const text = await answer.text();
      const passing: Passing = {
        method,
        path,
        authorization: request.headers.authorization ?? '',
        sent: given.toString(),
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: JSON.parse(text) as unknown,
      };
      const bent = { ...passing, ...bend(passing) };
      const { connection: _c, 'content-length': _l, 'transfer-encoding': _t, ...rest } = bent.headers;
      const out = Buffer.from(
        bent.body === passing.body ? text : JSON.stringify(bent.body, undefined, indent),
      );
      response.writeHead(bent.status, { ...rest, 'content-length': String(out.length) });
      response.end(out);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** HubSpot's answer to a question for links of records that have none. */
export function noLinks({ sent }: Pick<Passing, 'sent'>): Pick<Passing, 'status' | 'body'> {
  const { inputs } = JSON.parse(sent) as { readonly inputs: readonly { readonly id: string }[] };
  const errors = inputs.map(({ id }) => ({
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    context: { fromObjectId: [id] },
  }));
  return { status: 207, body: { status: 'COMPLETE', results: [], numErrors: errors.length, errors } };
}
