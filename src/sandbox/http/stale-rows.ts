import type { Exchange } from './exchange.ts';
import { storeOf } from './exchange.ts';
import { textField, textList } from './input.ts';
import { select, versionJson } from './record-json.ts';

/** Rows of a batch as a replica that lags behind has them: some as they were before their last change. */
export function staleRows(
  exchange: Exchange,
  rows: readonly unknown[],
  isStale: (place: number) => boolean,
): readonly unknown[] {
  const store = storeOf(exchange);
  const selection = select(exchange, store, {
    properties: textList(exchange.body, 'properties'),
    history: textList(exchange.body, 'propertiesWithHistory'),
  });
  return rows.map((row, place) => {
    const n = store.ids.find(textField(row, 'id') ?? '');
    const before = isStale(place) && n !== undefined ? store.before(n) : undefined;
    return before === undefined ? row : versionJson(exchange.state, store, before, selection);
  });
}
