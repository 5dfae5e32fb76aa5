import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Hono, type Context } from 'hono';
import type { Access } from './access.ts';
import { events } from './events.ts';
import { guard } from './guard.ts';
import { page } from './page.ts';
import { shared } from './shared.ts';
import { securityHeaders } from './security-headers.ts';
import type { StatusDocument } from './status-document.ts';
import type { WorkerState } from './worker-state.ts';

/** What the server shows. None of these may throw, but for `metrics`. */
export interface StatusViews {
  readonly document: () => Promise<StatusDocument>;
  /** What has to be well for the worker to do its work. */
  readonly readiness: () => Promise<readonly Readiness[]>;
  /** In Prometheus' text format; absent: there are none. */
  readonly metrics?: () => Promise<string>;
  readonly worker: () => WorkerState;
  /** Calls back whenever `worker` tells something new, until the function that it returns is called. */
  readonly onWorker: (listener: () => void) => () => void;
}

export interface Readiness {
  readonly name: string;
  readonly ok: boolean;
  /** For people; nothing that a stranger may not know. */
  readonly detail: string;
}

/** Every address that there is. All of them only read. */
export function routes(views: StatusViews, access: Access, closing: AbortSignal): Hono {
  const app = new Hono();
  const server = randomUUID();
  const turn = (): string => {
    const { state, lastRun } = views.worker();
    return `${state} ${lastRun}`;
  };
  const document = shared(async () => {
    const told = await views.document();
    return { json: JSON.stringify(told), html: String(await page(told, server)) };
  }, turn);
  app.use(securityHeaders());
  app.use(async (context, next) => {
    if (['GET', 'HEAD'].includes(context.req.method)) return next();
    return context.text('This page only shows: commands do.\n', 405, { Allow: 'GET, HEAD' });
  });
  for (const path of ['/livez', '/healthz']) app.get(path, (context) => context.text('ok\n'));
  app.get('/readyz', (context) => readyz(context, views));
  app.get('/style.css', (context) => file(context, style, 'text/css'));
  app.get('/live.js', (context) => file(context, script, 'text/javascript'));
  app.get('/icon.svg', (context) => file(context, icon, 'image/svg+xml'));
  app.use(guard(access));
  app.get('/', async (context) => context.html((await document()).html));
  app.get('/api/status', async (context) => file(context, (await document()).json, 'application/json'));
  app.get('/events', (context) => events(context, { ...views, server }, closing));
  app.get('/metrics', async (context) => {
    if (views.metrics === undefined) return context.text('There are no metrics.\n', 404);
    return context.text(await views.metrics(), 200, { 'Content-Type': prometheus });
  });
  app.notFound((context) => context.text('There is nothing here: the status page is at /\n', 404));
  return app;
}

/** As Kubernetes' own: https://kubernetes.io/docs/reference/using-api/health-checks/ */
async function readyz(context: Context, views: StatusViews): Promise<Response> {
  const all = await views.readiness();
  const ok = all.every((each) => each.ok);
  const lines = all.map((each) => `[${each.ok ? '+' : '-'}]${each.name} ${each.detail}\n`);
  const shown = ok && context.req.query('verbose') === undefined ? [] : lines;
  return context.text(`${shown.join('')}${ok ? 'ok' : 'not ready'}\n`, ok ? 200 : 503);
}

function file(context: Context, text: string, type: string): Response {
  return context.body(text, 200, { 'Content-Type': `${type}; charset=utf-8` });
}

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

const [style, script, icon] = [read('style.css'), read('live.js'), read('icon.svg')];
const prometheus = 'text/plain; version=0.0.4; charset=utf-8';
