import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  accessTo,
  openStatusServer,
  type StatusDocument,
  type WorkerState,
} from '../../src/status-page/index.ts';
import { withBrowser, withoutChromium } from '../support/browser.ts';
import { sampleDocument, syncing, troubled, waiting } from './sample-document.ts';

interface Served {
  readonly url: string;
  /** What whoever opens it sees from now on. */
  readonly put: (document: StatusDocument) => void;
  /** The same, and whoever has it open is told. */
  readonly tell: (document: StatusDocument) => void;
}

async function serve(document: StatusDocument, token?: string): Promise<Served> {
  let told = document;
  const listeners = new Set<() => void>();
  const server = await openStatusServer(
    { host: '127.0.0.1', port: 0 },
    {
      document: () => Promise.resolve(told),
      readiness: () => Promise.resolve([]),
      worker: () => told.worker,
      onWorker(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    accessTo('127.0.0.1', token === undefined ? undefined : () => token),
  );
  onTestFinished(() => server.close());
  return {
    url: server.url,
    put: (next) => void (told = next),
    tell(next) {
      told = next;
      listeners.forEach((listener) => listener());
    },
  };
}

/** As a service does before several pods: pages come from one, events from another. */
async function behindOneAddress(pages: string, events: string) {
  let loads = 0;
  const front = createServer(({ url = '/', headers }, response) => {
    if (url === '/') loads += 1;
    const asked = request(`${url === '/events' ? events : pages}${url}`, { headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    response.on('close', () => asked.destroy());
    asked.on('error', () => response.destroy()).end();
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  onTestFinished(() => {
    front.close();
    front.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`, loads: () => loads };
}

/** Opens it, and notes whatever a browser complains about. */
async function open(url: string, options: BrowserContextOptions = {}) {
  const browser = await withBrowser(options);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void complaints.push(message.text()));
  page.on('pageerror', (error) => void complaints.push(error.message));
  page.on('dialog', (dialog) => void (complaints.push(`a dialog: ${dialog.message()}`), dialog.dismiss()));
  await page.goto(url);
  return { page, complaints };
}

const fresh = sampleDocument();
const bad = sampleDocument(troubled, syncing);
const unreachable = sampleDocument(troubled, waiting, { unreachable: 'It has not answered yet.' });
const { report: _, ...nothing } = sampleDocument([], { state: 'starting', since: 0 });

const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark' } as const;
const screens = {
  'a desk by day': { viewport: { width: 1100, height: 900 }, colorScheme: 'light' },
  'a phone by night': phone,
} as const;

describe.skipIf(withoutChromium())('in a browser, the status page', { timeout: 120_000 }, () => {
  it.each(Object.entries(screens))(
    'can be read by everybody on %s, and is never wider',
    async (_name, screen) => {
      const { url, put } = await serve(fresh);
      const { page, complaints } = await open(url, screen);
      for (const document of [fresh, bad, unreachable, nothing]) {
        put(document);
        await page.goto(url);
        await opened(page);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(screen.viewport.width);
        const { violations, passes } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        expect(passes.map(({ id }) => id)).toEqual(
          expect.arrayContaining(['color-contrast', 'landmark-one-main']),
        );
      }
      expect(complaints).toEqual([]);
    },
  );

  it('says the most important thing first, and needs no script for any of it', async () => {
    const { url } = await serve(bad);
    const { page } = await open(url, { javaScriptEnabled: false });
    expect(await page.title()).toBe('Failing · Keyway');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(
      '1 of 9 pipelines failed: quotes.',
    );
    const [first] = await page
      .getByRole('table')
      .first()
      .getByRole('row')
      .filter({ hasText: 'quotes' })
      .all();
    expect(await first?.innerText()).toMatch(/failed[^]*run keyway sync quotes --accept-deletions/);
    expect(await page.getByText('12,400 of 20,000').count()).toBe(1);
    expect(await page.locator('noscript').innerText()).toBe('Reload the page for what is new.');
  });

  it('follows the worker as it goes', async () => {
    const { url, tell } = await serve(sampleDocument(troubled, waiting));
    const { page, complaints } = await open(url);
    const status = page.getByRole('status');
    await status.getByText('Nothing is due until 22:42 UTC.').waitFor();
    // Somebody reads it.
    await page.keyboard.press('Tab');
    tell(sampleDocument(troubled, syncing));
    await status.getByText('A run is under way.').waitFor();
    await page.getByText('full load 12,400 of 20,000').waitFor();
    await page.getByText('1 done so far.').waitFor();
    const backfills = [{ pipeline: 'notes', read: 5, expected: 90 }];
    tell(sampleDocument(troubled, { ...syncing, backfills }));
    await page.getByText('backfill 5 of 90').waitFor();
    tell(sampleDocument(undefined, { ...waiting, lastRun: 'r1' }));
    await page.getByRole('link', { name: 'A run has ended: show what is new' }).click();
    await page.getByRole('heading', { name: /All data is fresh and complete up to 20:42 UTC/ }).waitFor();
    // Nobody reads it: it shows what is new by itself.
    tell(sampleDocument(troubled, { ...waiting, lastRun: 'r2' }));
    await page.getByRole('heading', { name: '1 of 9 pipelines failed: quotes.' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('is not new for ever where another worker behind the same address tells of its own runs', async () => {
    const [atWork, standby] = [await serve(fresh), await serve(fresh)];
    const pageOf = await behindOneAddress(atWork.url, standby.url);
    const other: WorkerState = { state: 'standing by', since: 0 };
    standby.tell(sampleDocument(undefined, other));
    const { page } = await open(pageOf.url);
    const status = page.getByRole('status');
    await status.getByText('This worker stands by').waitFor();
    // Longer than some reloads would take.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(pageOf.loads()).toBe(1);
    standby.tell(sampleDocument(undefined, { ...other, lastRun: 'r7' }));
    await expect.poll(pageOf.loads).toBe(2);
  });

  it('shows what is hostile as what it is: text', async () => {
    const { url, tell } = await serve(hostile(sampleDocument(troubled, waiting)));
    const { page, complaints } = await open(url);
    await opened(page);
    tell(hostile(bad));
    await page.locator('#running .amount').first().waitFor();
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await page.locator('img').count()).toBe(1);
    expect(await page.locator('main script, main iframe, main style, [onerror], [style]').count()).toBe(0);
    expect(
      await page.evaluate(
        `[...document.querySelectorAll('[href]')].map((each) => each.getAttribute('href'))`,
      ),
    ).toEqual(['/icon.svg', '/style.css', '/', '/api/status', '/readyz?verbose']);
    expect(await page.getByText(evil).count()).toBeGreaterThan(20);
    // What turns text around ends where the text ends.
    const loose = await page.evaluate(`[...document.querySelectorAll('body *')].filter((each) =>
      [...each.childNodes].some((child) => child.nodeType === 3 && child.data.includes('gnp')) && !each.closest('bdi, title')
    ).map((each) => each.outerHTML)`);
    expect(loose).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('asks for its token, and does not show it in the address', async () => {
    const token = 'a-token-of-some-length';
    const { url } = await serve(fresh, token);
    const { page } = await open(url, phone);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await page.getByLabel('Token').fill('not-the-token-at-all');
    await page.getByRole('button').click();
    await page.getByText('This is not the token.').waitFor();
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button').click();
    await page.getByRole('heading', { level: 1, name: /fresh and complete/ }).waitFor();
    expect(page.url()).toBe(`${url}/`);
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: /fresh and complete/ }).waitFor();
  });
});

async function opened(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
}

const evil = `"><script>pwned=1</script><img src=x onerror="pwned=2">'{{7*7}}\u202egnp`;

/** The document with every name and text in it turned against those who read it. */
function hostile(document: StatusDocument): StatusDocument {
  const { verdict, worker, ...rest } = document;
  return {
    ...(poisoned(rest) as typeof rest),
    verdict: { ...verdict, sentence: evil },
    worker: poisoned({ ...worker, reason: 'x' }) as WorkerState,
  };
}

/** What stays is what Keyway itself chooses from. */
const chosen = new Set(['keyway', 'state', 'condition', 'outcome', 'code', 'lastRun']);

function poisoned(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return chosen.has(name) ? value : evil;
  if (Array.isArray(value)) return value.map((item) => poisoned(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poisoned(item, key)]));
}
