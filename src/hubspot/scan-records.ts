import type { SourceRecord } from '../source.ts';
import { membersPattern, type Member, type MembersPattern } from './members-pattern.ts';
import { recordFrom, type RecordReader } from './source-record.ts';

/**
 * An answer with `results` whose records are read straight from its bytes, or nothing when they are in any way other than
 * expected: `JSON.parse` decides then. Objects of more than 128 members cost `JSON.parse` twice as much as others, and
 * an account's records have several hundred properties of which most are empty. A record at a time, since values are
 * slices of the text that they were read from: what keeps one must not keep its whole page.
 */
export function scanRecords(bytes: Buffer, reader: RecordReader): object | undefined {
  const start = bytes.indexOf(opening) + opening.length;
  if (start < opening.length) return undefined;
  const records: SourceRecord[] = [];
  try {
    let at = start;
    for (let next = nextRecord(bytes, at); next >= 0; next = nextRecord(bytes, at)) {
      const scanner = openScanner(bytes.toString('utf8', at, next), reader);
      records.push(record(scanner));
      if (scanner.at < scanner.text.length) return undefined;
      at = next + 1;
    }
    const last = openScanner(bytes.toString('utf8', at), reader);
    if (last.text.charCodeAt(0) !== code.closeBracket) records.push(record(last));
    const envelope: unknown = JSON.parse(bytes.toString('utf8', 0, start) + last.text.slice(last.at));
    if (!isEnvelope(envelope) || envelope.results.length > 0) return undefined;
    scannedLists.add(records);
    return { ...envelope, results: records };
  } catch {
    return undefined;
  }
}

/**
 * Where the comma before the next record stands; -1 when there is no other. No text of JSON's holds a quote that is not
 * escaped; and a brace is searched for, since it is rarer than a comma.
 */
function nextRecord(bytes: Buffer, at: number): number {
  const brace = bytes.indexOf('{"id":"', at + 1);
  return brace > 0 && bytes[brace - 1] === code.comma ? brace - 1 : -1;
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
  /** The next backslash at or after `at`; infinity when there is none. */
  escape: number;
  readonly reader: RecordReader;
  /** The members of the last `properties` that was read one by one. */
  readonly order: Member[];
}

function openScanner(text: string, reader: RecordReader): Scanner {
  return { text, at: 0, escape: escapeFrom(text, 0), reader, order: [] };
}

function record(scanner: Scanner): SourceRecord {
  const fields: Record<string, string | boolean | null> = {};
  let values: (string | null)[] | undefined;
  expect(scanner, code.openBrace);
  do {
    const key = string(scanner);
    expect(scanner, code.colon);
    if (key === 'properties') values = properties(scanner);
    else fields[key] = scalar(scanner);
  } while (took(scanner, code.comma));
  expect(scanner, code.closeBrace);
  if (values === undefined) throw surprise;
  return recordFrom(fields, values, giveUp, scanner.reader);
}

function properties(scanner: Scanner): (string | null)[] {
  const { text, at, reader } = scanner;
  const layout = layouts.get(reader.properties);
  const matched = layout?.pattern?.match(text, at);
  if (matched !== undefined) return skip(scanner, matched.length, matched.values);
  const values = propertyByProperty(scanner);
  layouts.set(reader.properties, learnt(scanner, layout));
  return values;
}

interface Layout {
  /** The keys of the last record that was read member by member. */
  readonly keys: string;
  readonly pattern: MembersPattern | undefined;
}

/** What the `properties` of records look like, by the list of those asked for. */
const layouts = new WeakMap<readonly string[], Layout>();

/**
 * A pattern costs as much as reading many records member by member: it is made when two records in a row look alike. Where
 * empty properties are left out, hardly any two do.
 */
function learnt({ order, reader }: Scanner, before: Layout | undefined): Layout {
  const keys = order.map(({ key }) => key).join();
  const isKnown = before?.pattern?.isOf(order) === true;
  const makes = before?.keys === keys && !isKnown;
  return { keys, pattern: makes ? membersPattern(order, reader.properties.length) : before?.pattern };
}

/** For the first record, for those with escapes in their texts, and when the members come in another order. */
function propertyByProperty(scanner: Scanner): (string | null)[] {
  const values: (string | null)[] = scanner.reader.properties.map(() => null);
  scanner.order.length = 0;
  expect(scanner, code.openBrace);
  if (took(scanner, code.closeBrace)) return values;
  do {
    const place = member(scanner);
    const value = textOrNull(scanner);
    if (place >= 0) values[place] = value;
  } while (took(scanner, code.comma));
  expect(scanner, code.closeBrace);
  return values;
}

function member(scanner: Scanner): number {
  const start = scanner.at;
  const place = placesOf(scanner.reader.properties).get(string(scanner)) ?? -1;
  expect(scanner, code.colon);
  scanner.order.push({ key: scanner.text.slice(start, scanner.at), place });
  return place;
}

/** With thousands of properties, looking through the list for each member would take half a second a record. */
function placesOf(properties: readonly string[]): ReadonlyMap<string, number> {
  const known = places.get(properties);
  if (known !== undefined) return known;
  const made = new Map(properties.map((name, place) => [name, place]));
  places.set(properties, made);
  return made;
}

const places = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

function scalar(scanner: Scanner): string | boolean | null {
  if (scanner.text.startsWith('true', scanner.at)) return skip(scanner, 4, true);
  if (scanner.text.startsWith('false', scanner.at)) return skip(scanner, 5, false);
  return textOrNull(scanner);
}

function textOrNull(scanner: Scanner): string | null {
  if (scanner.text.charCodeAt(scanner.at) === code.quote) return string(scanner);
  if (scanner.text.startsWith('null', scanner.at)) return skip(scanner, 4, null);
  throw surprise;
}

function string(scanner: Scanner): string {
  expect(scanner, code.quote);
  const { text, at } = scanner;
  if (scanner.escape < at) scanner.escape = escapeFrom(text, at);
  const end = text.indexOf('"', at);
  if (end < 0) throw surprise;
  if (end > scanner.escape) return escaped(scanner);
  scanner.at = end + 1;
  return text.slice(at, end);
}

function escapeFrom(text: string, at: number): number {
  const found = text.indexOf('\\', at);
  return found < 0 ? Number.MAX_SAFE_INTEGER : found;
}

/** A text with a backslash in it, found to its end and left to `JSON.parse`. */
function escaped(scanner: Scanner): string {
  const { text, at } = scanner;
  let end = at;
  for (; text[end] !== '"'; end += text[end] === '\\' ? 2 : 1) if (end >= text.length) throw surprise;
  scanner.at = end + 1;
  return JSON.parse(text.slice(at - 1, end + 1)) as string;
}

function took(scanner: Scanner, character: number): boolean {
  if (scanner.text.charCodeAt(scanner.at) !== character) return false;
  scanner.at++;
  return true;
}

function expect(scanner: Scanner, character: number): void {
  if (!took(scanner, character)) throw surprise;
}

function skip<Value>(scanner: Scanner, length: number, value: Value): Value {
  scanner.at += length;
  return value;
}

/** Character codes of JSON. */
const code = { quote: 34, comma: 44, colon: 58, closeBracket: 93, openBrace: 123, closeBrace: 125 } as const;

function giveUp(): never {
  throw surprise;
}

/** Never seen outside: any doubt ends the scan. */
const surprise = new Error('not as expected');

function isEnvelope(value: unknown): value is { readonly results: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'results' in value && Array.isArray(value.results);
}
