import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { remember } from '../support/canary/index.ts';

/** What takes messages, as Slack does. */
export interface Receiver {
  /** With a path that is as secret as Slack's. */
  readonly url: string;
  /** The texts that came, in their order. */
  readonly texts: readonly string[];
  readonly requests: readonly { readonly method: string; readonly body: unknown; readonly type: string }[];
  /** How the next messages are answered; 200 unless told. */
  answer: (response: ServerResponse, request: IncomingMessage) => void;
  /** Resolves once so many have come that match. */
  gets(pattern: RegExp, times?: number): Promise<readonly string[]>;
}

const path = '/services/T0123/B0456/a-secret-path-of-a-webhook-7';

export async function withReceiver(): Promise<Receiver> {
  remember(path);
  const requests: { method: string; body: unknown; type: string }[] = [];
  const texts: string[] = [];
  const receiver: Receiver = {
    url: '',
    texts,
    requests,
    answer: ok,
    async gets(pattern, times = 1) {
      for (;;) {
        const found = texts.filter((text) => pattern.test(text));
        if (found.length >= times) return found;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const body = text === '' ? '' : (JSON.parse(text) as { text: string });
      requests.push({ method: request.method ?? '', body, type: request.headers['content-type'] ?? '' });
      if (body !== '') texts.push(body.text);
      receiver.answer(response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
  });
}

/** As Slack says it. */
function ok(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' }).end('ok');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}
