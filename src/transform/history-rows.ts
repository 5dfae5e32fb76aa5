import type { HistoryEntry, PropertyHistory, RecordHistory } from '../history.ts';
import type { Instant } from '../source.ts';
import type { Cell, Row, Table } from '../table.ts';
import { toCell } from './cell.ts';
import { historyValue, type TrackedProperty } from './history-value.ts';
import { placedEntries, type Placed } from './placed-entries.ts';
import { cleanText } from './text.ts';

/** What is stored of a record's history: a value, and from when on, as the warehouse wrote it. */
export interface StoredEntry {
  readonly property: string;
  readonly changedAt: string;
  readonly value: string;
}

export interface HistoryShape {
  readonly table: Table;
  /** Name of the object's table. */
  readonly objectType: string;
  readonly tracked: readonly TrackedProperty[];
}

/**
 * The rows of what HubSpot tells of a record's history, beside what is stored of it. Rows are only ever added or given
 * another value, never taken away: HubSpot may have cut its own memory short.
 */
export function historyRows(
  { table, objectType, tracked }: HistoryShape,
  { id, properties }: RecordHistory,
  stored: readonly StoredEntry[],
): readonly Row[] {
  return properties.flatMap((history) => {
    const property = tracked.find(({ name }) => name === history.property);
    // What was not asked for is not kept.
    if (property === undefined) return [];
    const own = stored.filter(({ property }) => property === history.property);
    return placedEntries(asStored(property, history), own.map(placed)).map(({ entry, at, micro }) => {
      const cells: Readonly<Record<string, Cell>> = {
        object_type: objectType,
        object_id: id,
        property: cleanText(history.property),
        changed_at: instantText(at, micro),
        value: entry.value,
        source_type: text(entry.sourceType),
        source_id: text(entry.sourceId),
        source_label: text(entry.sourceLabel),
        user_id: toCell.integer(entry.userId ?? '') ?? null,
      };
      return table.columns.map(({ name }) => cells[name] ?? null);
    });
  });
}

function asStored(property: TrackedProperty, history: PropertyHistory): PropertyHistory {
  const entries = history.entries.map((entry): HistoryEntry => ({
    ...entry,
    value: historyValue(property, entry.value),
  }));
  return { ...history, value: historyValue(property, history.value ?? ''), entries };
}

function placed({ changedAt, value }: StoredEntry): Placed {
  const digits = /\.(\d+)/.exec(changedAt)?.[1] ?? '';
  return { value, at: Date.parse(changedAt), micro: Number(digits.padEnd(6, '0').slice(3, 6)) };
}

function instantText(at: Instant, micro: number): string {
  const text = new Date(at).toISOString();
  return micro === 0 ? text : text.replace('Z', `${String(micro).padStart(3, '0')}Z`);
}

function text(value: string | null): Cell {
  return value === null || value === '' ? null : cleanText(value);
}
