import type { ApiCalls } from '../source.ts';

/** Counts calls by endpoint and status; status 0 is a call without an answer. */
export function openUsage(): { count(endpoint: string, status: number): void; list(): readonly ApiCalls[] } {
  const counts = new Map<string, { endpoint: string; status: number; calls: number }>();
  return {
    count(endpoint, status) {
      const key = `${endpoint} ${status}`;
      const entry = counts.get(key) ?? { endpoint, status, calls: 0 };
      entry.calls += 1;
      counts.set(key, entry);
    },
    list: () => [...counts.values()].map((entry) => ({ ...entry })),
  };
}
