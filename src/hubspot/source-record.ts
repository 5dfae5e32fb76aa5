import type { SourceRecord } from '../source.ts';
import { badAnswer } from './bad-answer.ts';

/** How the records of one answer become source records: which values, in which order. */
export interface RecordReader {
  readonly properties: readonly string[];
  /** Says when the record changed if its `updatedAt` is absent. */
  readonly watermark: string;
}

/** A record from its own fields and from its values, which are those of the reader's properties. */
export function recordFrom(
  fields: Readonly<Record<string, unknown>>,
  values: readonly (string | null)[],
  reader: RecordReader,
): SourceRecord {
  const { archivedAt } = fields;
  const archived = fields['archived'] === true;
  const valueOf = (name: string): string | null => values[reader.properties.indexOf(name)] ?? null;
  const record = {
    id: recordId(fields),
    createdAt: time(fields['createdAt'], createDates, valueOf),
    updatedAt: time(fields['updatedAt'], [reader.watermark], valueOf),
    archived,
    values,
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

function time(value: unknown, names: readonly string[], valueOf: (name: string) => string | null): string {
  if (typeof value === 'string' && value !== '') return value;
  const own = names.map(valueOf).find((text) => text !== null && text !== '');
  if (own === undefined || own === null)
    throw badAnswer('a record lacks the time of its creation or last change');
  return own;
}
