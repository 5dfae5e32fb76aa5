import type { Hubspot, KeyNeed, KeySlot } from '../../src/hubspot/index.ts';
import type { Log } from '../../src/service.ts';
import { fakeServer, type Reply, type Seen } from './fake-server.ts';
import { openTestHubspot, skippingClock } from './open-test-hubspot.ts';

/** What HubSpot knows of a key. */
interface TestKey {
  readonly portalId?: number;
  /** `untold`: HubSpot does not say them. */
  readonly scopes?: readonly string[] | 'untold';
  /** Objects that it may not read. */
  readonly forbidden?: readonly string[];
}

export const contacts: KeyNeed = { pipeline: 'contacts', anyOf: ['contacts.read'], object: 'contacts' };
export const tickets: KeyNeed = {
  pipeline: 'tickets',
  anyOf: ['tickets', 'tickets.read'],
  object: 'tickets',
};
export const both = { scopes: ['contacts.read', 'tickets'] };

export interface World {
  readonly hubspot: Hubspot;
  readonly clock: ReturnType<typeof skippingClock>;
  /** Keys that HubSpot takes; may be changed at any time. */
  readonly taken: Map<string, TestKey>;
  /** What stands in the slots; may be changed at any time. */
  readonly slots: { next: string; main: string };
  /** Each request as `<key> <last word of its path>`. */
  readonly asked: () => readonly string[];
  readonly lines: string[];
}

interface Beginning {
  readonly main?: string;
  readonly next?: string;
  readonly taken: Readonly<Record<string, TestKey>>;
  readonly standing?: (key: string) => 'new' | 'used' | 'replaced';
  readonly changes?: boolean;
  readonly patience?: number;
  /** Instead of what HubSpot would say. */
  readonly answers?: (seen: Seen, key: string) => Reply | undefined;
}

export async function world({ main = '', next = '', changes = true, ...given }: Beginning): Promise<World> {
  const slots = { main, next };
  const taken = new Map(Object.entries(given.taken));
  const server = await fakeServer((seen) => {
    const key = keyOf(seen);
    return given.answers?.(seen, key) ?? answer(taken.get(key), seen);
  });
  const clock = skippingClock();
  const lines: string[] = [];
  const hubspot = openTestHubspot({
    baseUrl: server.url,
    clock,
    log: keeping(lines),
    slots: [slot('NEXT', () => slots.next, changes), slot('MAIN', () => slots.main, changes)],
    ...(given.standing && { standing: given.standing }),
    keyPatience: given.patience ?? 0,
  });
  const asked = (): readonly string[] => server.seen.map((seen) => `${keyOf(seen)} ${lastWord(seen.path)}`);
  return { hubspot, clock, taken, slots, asked, lines };
}

function slot(name: string, key: () => string, changes: boolean): KeySlot {
  return { name, key, changes };
}

function keyOf({ headers }: Seen): string {
  return (headers.authorization ?? '').replace('Bearer ', '');
}

function lastWord(path: string): string {
  return path.split('/').findLast((part) => !/^\d/.test(part)) ?? '';
}

const refused = { status: 401, json: { category: 'INVALID_AUTHENTICATION', message: 'not found' } };

function answer(key: TestKey | undefined, { path }: Seen): Reply {
  if (key === undefined) return refused;
  const { portalId = 42, scopes = [], forbidden = [] } = key;
  if (path.includes('account-info')) return { json: { portalId, timeZone: 'UTC' } };
  if (path.includes('token-info'))
    return scopes === 'untold' ? { status: 404, json: {} } : { json: { scopes } };
  if (forbidden.some((object) => path.endsWith(object)))
    return { status: 403, json: { category: 'MISSING_SCOPES' } };
  return { json: { results: [] } };
}

function keeping(lines: string[]): Log {
  const keep = (facts: object, message: string): void =>
    void lines.push(`${JSON.stringify(facts)} ${message}`);
  const log: Log = { debug: () => undefined, info: keep, warn: keep, error: keep, child: () => log };
  return log;
}
