/** What was asked, counted by route and outcome: its size does not depend on the number of requests. */
export interface RequestLog {
  readonly total: number;
  /** `GET /objects/:objectType 200` → how often. */
  readonly counts: Readonly<Record<string, number>>;
  /** Requests whose route contains the text. */
  of(route: string): number;
}

export interface RequestCounter {
  add(method: string, route: string, status: number): void;
  log(): RequestLog;
  clear(): void;
}

export function openRequestCounter(): RequestCounter {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    add(method, route, status) {
      const line = `${method} ${route} ${String(status)}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
      total += 1;
    },
    log: () => ({
      total,
      counts: Object.fromEntries(counts),
      of: (route) => [...counts].reduce((sum, [line, n]) => (line.includes(route) ? sum + n : sum), 0),
    }),
    clear() {
      counts.clear();
      total = 0;
    },
  };
}
