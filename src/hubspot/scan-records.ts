import type { SourceRecord } from '../source.ts';
import { recordFrom, type RecordReader } from './source-record.ts';

/**
 * An answer with `results` whose records are read straight from its text, or nothing when the text is in any way other
 * than expected: `JSON.parse` decides then. Objects of more than 128 members cost `JSON.parse` twice as much as others,
 * and an account's records have several hundred properties of which most are empty. Scanned values are slices of the
 * text: what keeps one keeps its page.
 */
export function scanRecords(text: string, reader: RecordReader): object | undefined {
  const start = text.indexOf(opening);
  if (start < 0) return undefined;
  const scanner: Scanner = {
    text,
    at: start + opening.length,
    escape: text.indexOf('\\'),
    reader,
    order: [],
  };
  try {
    const records = recordList(scanner);
    const envelope: unknown = JSON.parse(`${text.slice(0, start)}${opening}${text.slice(scanner.at - 1)}`);
    if (!isEnvelope(envelope) || envelope.results.length > 0) return undefined;
    scannedLists.add(records);
    return { ...envelope, results: records };
  } catch {
    return undefined;
  }
}

/** Whether a list of results was made by the scanner, and so holds source records already. */
export function isScanned(results: unknown): results is readonly SourceRecord[] {
  return typeof results === 'object' && results !== null && scannedLists.has(results);
}

const opening = '"results":[';
const scannedLists = new WeakSet<object>();

interface Scanner {
  readonly text: string;
  /** Where it stands. */
  at: number;
  /** The next backslash at or after `at`, or -1. */
  escape: number;
  readonly reader: RecordReader;
  /** The members of `properties` as the last record had them: the next one's most likely come in the same order. */
  readonly order: Member[];
}

interface Member {
  /** With quotes and colon, as in the text. */
  readonly key: string;
  /** Its place among the properties asked for; -1 for one that was not. */
  readonly place: number;
}

function recordList(scanner: Scanner): SourceRecord[] {
  const records: SourceRecord[] = [];
  const places = new Map(scanner.reader.properties.map((name, place) => [name, place]));
  if (took(scanner, ']')) return records;
  do records.push(record(scanner, places));
  while (took(scanner, ','));
  expect(scanner, ']');
  return records;
}

function record(scanner: Scanner, places: ReadonlyMap<string, number>): SourceRecord {
  const fields: Record<string, string | boolean | null> = {};
  let values: (string | null)[] | undefined;
  expect(scanner, '{');
  do {
    const key = string(scanner);
    expect(scanner, ':');
    if (key === 'properties') values = properties(scanner, places);
    else fields[key] = scalar(scanner);
  } while (took(scanner, ','));
  expect(scanner, '}');
  if (values === undefined) throw surprise;
  return recordFrom(fields, values, giveUp, scanner.reader);
}

function properties(scanner: Scanner, places: ReadonlyMap<string, number>): (string | null)[] {
  const values: (string | null)[] = Array.from(scanner.reader.properties, () => null);
  expect(scanner, '{');
  if (took(scanner, '}')) return values;
  let index = 0;
  do {
    const { place } = member(scanner, places, index++);
    const value = textOrNull(scanner);
    if (place >= 0) values[place] = value;
  } while (took(scanner, ','));
  expect(scanner, '}');
  return values;
}

function member(scanner: Scanner, places: ReadonlyMap<string, number>, index: number): Member {
  const known = scanner.order[index];
  if (known !== undefined && scanner.text.startsWith(known.key, scanner.at)) {
    scanner.at += known.key.length;
    return known;
  }
  const start = scanner.at;
  const name = string(scanner);
  expect(scanner, ':');
  return (scanner.order[index] = {
    key: scanner.text.slice(start, scanner.at),
    place: places.get(name) ?? -1,
  });
}

function scalar(scanner: Scanner): string | boolean | null {
  if (scanner.text.startsWith('true', scanner.at)) return skip(scanner, 4, true);
  if (scanner.text.startsWith('false', scanner.at)) return skip(scanner, 5, false);
  return textOrNull(scanner);
}

function textOrNull(scanner: Scanner): string | null {
  return scanner.text.startsWith('null', scanner.at) ? skip(scanner, 4, null) : string(scanner);
}

function string(scanner: Scanner): string {
  expect(scanner, '"');
  const { text, at } = scanner;
  if (scanner.escape >= 0 && scanner.escape < at) scanner.escape = text.indexOf('\\', at);
  const end = text.indexOf('"', at);
  if (end < 0) throw surprise;
  if (scanner.escape < 0 || end < scanner.escape) {
    scanner.at = end + 1;
    return text.slice(at, end);
  }
  return escaped(scanner);
}

/** A text with a backslash in it, found to its end and left to `JSON.parse`. */
function escaped(scanner: Scanner): string {
  const { text, at } = scanner;
  let end = at;
  for (; text[end] !== '"'; end += text[end] === '\\' ? 2 : 1) if (end >= text.length) throw surprise;
  scanner.at = end + 1;
  return JSON.parse(text.slice(at - 1, end + 1)) as string;
}

function took(scanner: Scanner, character: string): boolean {
  if (scanner.text[scanner.at] !== character) return false;
  scanner.at++;
  return true;
}

function expect(scanner: Scanner, character: string): void {
  if (!took(scanner, character)) throw surprise;
}

function skip<Value>(scanner: Scanner, length: number, value: Value): Value {
  scanner.at += length;
  return value;
}

function giveUp(): never {
  throw surprise;
}

/** Never seen outside: any doubt ends the scan. */
const surprise = new Error('not as expected');

function isEnvelope(value: unknown): value is { readonly results: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'results' in value && Array.isArray(value.results);
}
