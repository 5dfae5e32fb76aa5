import type { Exchange } from './exchange.ts';
import { storeOf } from './exchange.ts';
import { queryList, textField, textList } from './input.ts';
import { select, versionJson } from './record-json.ts';

interface Replica {
  readonly isStale: (place: number) => boolean;
  /** Milliseconds; absent: any. */
  readonly behind?: number;
}

/** Rows of a batch or a list as a replica that lags behind has them: some as they were before their last change. */
export function staleRows(
  exchange: Exchange,
  rows: readonly unknown[],
  { isStale, behind = Number.POSITIVE_INFINITY }: Replica,
): readonly unknown[] {
  const { query, body, state } = exchange;
  const store = storeOf(exchange);
  const selection = select(exchange, store, {
    properties: [...queryList(query, 'properties'), ...textList(body, 'properties')],
    history: [...queryList(query, 'propertiesWithHistory'), ...textList(body, 'propertiesWithHistory')],
  });
  return rows.map((row, place) => {
    const n = isStale(place) ? store.ids.find(textField(row, 'id') ?? '') : undefined;
    if (n === undefined || state.now() - store.updated(n) > behind) return row;
    const before = store.before(n);
    return before === undefined ? row : versionJson(state, store, before, selection);
  });
}
