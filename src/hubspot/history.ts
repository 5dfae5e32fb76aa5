import type {
  HistoryAnswer,
  HistoryEntry,
  HistoryQuestion,
  PropertyHistory,
  RecordHistory,
} from '../history.ts';
import type { Instant, SourceObject } from '../source.ts';
import { badAnswer } from './bad-answer.ts';
import { batchRead } from './batch-read.ts';
import type { Client } from './client.ts';
import type { BatchQuestion, Versioned } from './read-or-split.ts';
import { resultsOf } from './record-reader.ts';
import { isObject, recordId } from './source-record.ts';

/** The history of properties of these records, by batch read: no other endpoint takes as many names. */
export async function readHistory(
  client: Client,
  { object, watermark }: SourceObject,
  { properties, records, archived }: HistoryQuestion,
  signal: AbortSignal,
): Promise<HistoryAnswer> {
  const ids = records.map(({ id }) => id);
  const atLeast = new Map(records.flatMap(({ id, updatedAt }) => (updatedAt ? [[id, updatedAt]] : [])));
  const question = historyQuestion(properties, watermark);
  const found = await batchRead(ids, {
    client,
    object,
    question,
    archived,
    atLeast,
    exact: true,
    signal,
  });
  const asked = new Set(ids);
  const own = found.records.filter(({ id }) => asked.has(id));
  return {
    records: own.flatMap(({ history }) => (typeof history === 'string' ? [] : history)),
    // What took them over is asked for by its own row.
    missing: [...found.missing, ...found.merged.map(({ id }) => id)],
    failed: [
      ...found.failed,
      ...own.flatMap(({ id, history }) => (typeof history === 'string' ? [{ id, reason: history }] : [])),
    ],
  };
}

interface Answered extends Versioned {
  /** Or why it cannot be used: one such record must not spoil the others. */
  readonly history: RecordHistory | string;
}

/** The values of today come along: they tell which of two entries of one instant is the later one. */
function historyQuestion(names: readonly string[], watermark: string): BatchQuestion<Answered> {
  return {
    properties: [...names, watermark],
    history: names,
    read: (body) => resultsOf(body).map((result) => readAnswered(result, names, watermark)),
  };
}

function readAnswered(result: unknown, names: readonly string[], watermark: string): Answered {
  const id = recordId(result);
  const { properties, propertiesWithHistory, updatedAt } = result as Record<string, unknown>;
  if (!isObject(properties)) throw badAnswer('a record has no properties');
  // Its absence is never a history without entries.
  if (!isObject(propertiesWithHistory)) throw badAnswer('a record has no history');
  const version = text(updatedAt) ?? text(own(properties, watermark)) ?? '';
  const histories = names.map((property) => readProperty(property, properties, propertiesWithHistory));
  const broken = histories.find((history) => typeof history === 'string');
  const history = broken ?? { id, properties: histories.filter((each) => typeof each !== 'string') };
  return { id, updatedAt: version, history };
}

function readProperty(
  property: string,
  properties: Record<string, unknown>,
  histories: Record<string, unknown>,
): PropertyHistory | string {
  const list = own(histories, property) ?? [];
  const entries = Array.isArray(list) ? (list as unknown[]).map(readEntry) : [undefined];
  if (entries.includes(undefined)) {
    return `HubSpot's history of its property ${property} has an entry without a usable time.`;
  }
  return {
    property,
    value: text(own(properties, property)),
    entries: entries.filter((entry) => entry !== undefined),
  };
}

/** All but the time may be missing (HubSpot OpenAPI, ValueWithTimestamp). */
function readEntry(entry: unknown): HistoryEntry | undefined {
  if (!isObject(entry)) return undefined;
  const at = instantOf(entry['timestamp']);
  if (at === undefined) return undefined;
  return {
    value: text(entry['value']) ?? '',
    at,
    sourceType: text(entry['sourceType']),
    sourceId: text(entry['sourceId']),
    sourceLabel: text(entry['sourceLabel']),
    userId: text(entry['updatedByUserId']),
  };
}

/** ISO 8601 with or without milliseconds; older endpoints write milliseconds since the epoch. */
function instantOf(value: unknown): Instant | undefined {
  const written = typeof value === 'number' ? String(value) : value;
  if (typeof written !== 'string') return undefined;
  const at = /^-?\d{1,15}$/.test(written) ? Number(written) : iso.test(written) ? Date.parse(written) : NaN;
  return at >= firstInstant && at <= lastInstant ? at : undefined;
}

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const firstInstant = Date.parse('0001-01-01T00:00:00.000Z');
const lastInstant = Date.parse('9999-12-31T23:59:59.000Z');

/** A property may be called like something that every JavaScript object inherits. */
function own(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function text(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
