import { onTestFinished } from 'vitest';
import { openHubspot, type Hubspot, type HubspotOptions } from '../../src/hubspot/index.ts';
import { silentLog, type Clock } from '../../src/service.ts';
import type { Page } from '../../src/source.ts';

export const testKey = 'pat-na1-0f0f0f0f-1111-2222-3333-c4c4c4c4c4c4';

/** A clock on which waiting takes no time but is remembered. */
export function skippingClock(): Clock & { readonly slept: number[] } {
  let skipped = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.now() + skipped,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      skipped += ms;
      await new Promise((resolve) => void setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
}

/** The source under test: wide limits, no waiting; closes with the test. */
export function openTestHubspot({
  key = () => testKey,
  ...options
}: Partial<HubspotOptions> & { readonly baseUrl: string; readonly key?: () => string }): Hubspot {
  const hubspot = openHubspot({
    slots: [{ name: 'HUBSPOT_SERVICE_KEY', key, changes: true }],
    clock: skippingClock(),
    log: silentLog,
    random: () => 0.5,
    ...options,
    limits: { searchPerSecond: 10_000, associationsPerSecond: 10_000, ...options.limits },
  });
  onTestFinished(() => hubspot.close());
  return hubspot;
}

export const never = new AbortController().signal;

export async function allPages(pages: AsyncIterable<Page>): Promise<Page[]> {
  const all: Page[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

export function idsOf(pages: readonly Page[]): string[] {
  return pages.flatMap((page) => page.records.map((record) => record.id));
}

export const contacts = { object: 'contacts', watermark: 'lastmodifieddate', created: 'createdate' };

/** A record as HubSpot sends it. */
export function record(
  id: string,
  properties: Record<string, string | null> = {},
  more: object = {},
): object {
  return {
    id,
    properties: { hs_object_id: id, ...properties },
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-02-01T00:00:00.000Z',
    archived: false,
    ...more,
  };
}
