import type { SourceRecord } from '../source.ts';
import { badAnswer } from './bad-answer.ts';

/** How the records of one answer become source records: which values, in which order. */
export interface RecordReader {
  readonly properties: readonly string[];
  /** Says when the record changed if its `updatedAt` is absent. */
  readonly watermark: string;
}

/** Every record of an answer with `results`. By hand: this runs for each value of each record of an account. */
export function readRecords(body: unknown, reader: RecordReader): SourceRecord[] {
  return resultsOf(body).map((result) => readRecord(result, reader));
}

/** The list of an answer. Its absence is never an empty list. */
export function resultsOf(body: unknown): readonly unknown[] {
  const results = isObject(body) ? body['results'] : undefined;
  if (!Array.isArray(results)) throw badAnswer('it has no list of results');
  return results;
}

export function readRecord(result: unknown, reader: RecordReader): SourceRecord {
  if (!isObject(result)) throw badAnswer('a record is no object');
  const properties = result['properties'];
  if (!isObject(properties)) throw badAnswer('a record has no properties');
  const archivedAt = result['archivedAt'];
  const archived = result['archived'] === true;
  const record = {
    id: recordId(result),
    createdAt: time(result['createdAt'], properties, createDates),
    updatedAt: time(result['updatedAt'], properties, [reader.watermark]),
    archived,
    values: align(properties, reader.properties),
  };
  if (typeof archivedAt === 'string') return { ...record, archivedAt };
  if (archived) throw badAnswer('an archived record does not say since when');
  return record;
}

/** The id of a record or search hit, as text: it may exceed 2^53. */
export function recordId(result: unknown): string {
  const id = isObject(result) ? result['id'] : undefined;
  if (typeof id !== 'string' || !/^[1-9]\d{0,18}$/.test(id)) throw badAnswer('a record has no usable id');
  return id;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const createDates = ['createdate', 'hs_createdate'];

function time(value: unknown, properties: Record<string, unknown>, names: readonly string[]): string {
  if (typeof value === 'string' && value !== '') return value;
  for (const name of names) {
    const own = text(properties, name);
    if (own !== null && own !== '') return own;
  }
  throw badAnswer('a record lacks the time of its creation or last change');
}

function align(properties: Record<string, unknown>, names: readonly string[]): (string | null)[] {
  const values: (string | null)[] = [];
  for (const name of names) values.push(text(properties, name));
  return values;
}

function text(properties: Record<string, unknown>, name: string): string | null {
  const value = properties[name];
  if (typeof value === 'string') return value;
  // A property may be called like something that every JavaScript object inherits.
  if (value === undefined || value === null || !Object.hasOwn(properties, name)) return null;
  return JSON.stringify(value);
}
