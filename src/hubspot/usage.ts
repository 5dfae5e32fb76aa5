import type { DayOfCalls } from '../cost.ts';
import type { ApiCalls, CallsOfKey } from '../cost.ts';
import type { Instant } from '../source.ts';

/** Counts calls by key, endpoint and status; status 0 is a call without an answer. */
export interface Usage {
  count(call: Call): void;
  /** What the last successful answer of an endpoint has told of the account's day in its body. */
  tell(key: string, endpoint: string, day: DayOfCalls): void;
  /** By endpoint and status, whatever the key. */
  list(): readonly ApiCalls[];
  ofKey(key: string): readonly CallsOfKey[];
  /** Keys that something was asked with, the first one first. */
  keys(): readonly string[];
  /** Forgets what was counted. */
  clear(): void;
}

interface Call {
  readonly key: string;
  readonly endpoint: string;
  readonly status: number;
  /** On our clock. */
  readonly at: Instant;
  /** What HubSpot told of the account's day with the answer. */
  readonly day: CallsOfKey['day'];
}

export function openUsage(): Usage {
  const byKey = new Map<string, Map<string, CallsOfKey>>();
  return {
    count({ key, endpoint, status, at, day }) {
      const entries = byKey.get(key) ?? new Map<string, CallsOfKey>();
      byKey.set(key, entries);
      const name = `${endpoint} ${status}`;
      const before = entries.get(name);
      const told = day ?? before?.day;
      entries.set(name, {
        endpoint,
        status,
        calls: (before?.calls ?? 0) + 1,
        firstAt: before?.firstAt ?? at,
        lastAt: at,
        ...(told && { day: told }),
      });
    },
    tell(key, endpoint, day) {
      const entries = byKey.get(key);
      const told = entries?.get(`${endpoint} 200`);
      if (told !== undefined) entries?.set(`${endpoint} 200`, { ...told, day });
    },
    list: () => summed([...byKey.values()].flatMap((entries) => [...entries.values()])),
    ofKey: (key) => [...(byKey.get(key)?.values() ?? [])],
    keys: () => [...byKey.keys()],
    clear: () => byKey.clear(),
  };
}

function summed(all: readonly ApiCalls[]): readonly ApiCalls[] {
  const sums = new Map<string, ApiCalls>();
  for (const { endpoint, status, calls } of all) {
    const name = `${endpoint} ${status}`;
    sums.set(name, { endpoint, status, calls: calls + (sums.get(name)?.calls ?? 0) });
  }
  return [...sums.values()];
}
