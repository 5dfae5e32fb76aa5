/** What was asked, counted by route and outcome: its size does not depend on the number of requests. */
export interface RequestLog {
  readonly total: number;
  /** `GET /objects/:objectType 200` → how often. */
  readonly counts: Readonly<Record<string, number>>;
  /** Requests whose route contains the text. */
  of(route: string): number;
  /** Requests that were made with this key. */
  withKey(key: string): number;
}

interface CountedRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly authorization: string;
}

export interface RequestCounter {
  add(request: CountedRequest): void;
  log(): RequestLog;
  clear(): void;
}

export function openRequestCounter(): RequestCounter {
  const counts = new Map<string, number>();
  const keys = new Map<string, number>();
  let total = 0;
  return {
    add({ method, route, status, authorization }) {
      keys.set(authorization, (keys.get(authorization) ?? 0) + 1);
      const line = `${method} ${route} ${String(status)}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
      total += 1;
    },
    log: () => ({
      total,
      counts: Object.fromEntries(counts),
      of: (route) => [...counts].reduce((sum, [line, n]) => (line.includes(route) ? sum + n : sum), 0),
      withKey: (key) => keys.get(`Bearer ${key}`) ?? 0,
    }),
    clear() {
      counts.clear();
      keys.clear();
      total = 0;
    },
  };
}
