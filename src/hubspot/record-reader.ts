import type { SourceRecord } from '../source.ts';
import { badAnswer } from './bad-answer.ts';
import { isScanned } from './scan-records.ts';
import { isObject, recordFrom, type RecordReader } from './source-record.ts';

/** Every record of an answer with `results`. By hand: this runs for each value of each record of an account. */
export function readRecords(body: unknown, reader: RecordReader): SourceRecord[] {
  const results = resultsOf(body);
  return isScanned(results) ? [...results] : results.map((result) => readRecord(result, reader));
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
  const dateFrom = (names: readonly string[]): string => dateAmong(properties, names);
  return recordFrom(result, align(properties, reader.properties), dateFrom, reader);
}

function dateAmong(properties: Record<string, unknown>, names: readonly string[]): string {
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
