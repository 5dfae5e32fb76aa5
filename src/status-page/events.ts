import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { workerSentence } from './words.ts';
import type { StatusViews } from './routes.ts';

let open = 0;

interface Told extends Pick<StatusViews, 'worker' | 'onWorker'> {
  /** Who tells it: there may be several workers behind one address. */
  readonly server: string;
}

/** What the worker does, again whenever that changes, as server-sent events: one each half a second at most. */
export function events(context: Context, { worker, onWorker, server }: Told, closing: AbortSignal): Response {
  if (open >= most) return context.text('Too many look on already.\n', 503);
  if (context.req.raw.method === 'HEAD')
    return context.body(null, 200, { 'Content-Type': 'text/event-stream' });
  open += 1;
  // Proxies such as nginx would keep events back.
  context.header('X-Accel-Buffering', 'no');
  return streamSSE(context, async (stream) => {
    let wake: () => void = () => undefined;
    let isNew = false;
    const change = (): void => {
      isNew = true;
      wake();
    };
    const forget = onWorker(change);
    stream.onAbort(change);
    closing.addEventListener('abort', change);
    const quiet = async (milliseconds: number): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const timer = setTimeout(resolve, milliseconds);
      if (!isNew) await promise;
      clearTimeout(timer);
    };
    try {
      while (!stream.aborted && !closing.aborted) {
        isNew = false;
        await stream.writeSSE({
          event: 'worker',
          data: JSON.stringify({ server, ...worker(), sentence: workerSentence(worker()) }),
        });
        await stream.sleep(pace);
        // Told again when nothing has changed: proxies cut connections that say nothing.
        await quiet(silence);
      }
    } finally {
      forget();
      closing.removeEventListener('abort', change);
      open -= 1;
    }
  });
}

/** Windows that are open at the same time: each keeps a connection. */
const most = 20;
/** Milliseconds. */
const pace = 500;
const silence = 15_000;
