import type { Instant, SourceRecord } from '../source.ts';
import { badAnswer } from './bad-answer.ts';

/** How the records of one answer become source records: which values, in which order. */
export interface RecordReader {
  readonly properties: readonly string[];
  /** Says when a record changed if its `updatedAt` is absent. */
  readonly watermark: string;
}

/** A record from its fields and its values; `dateFrom` finds a date that is missing among its properties. */
export function recordFrom(
  fields: Readonly<Record<string, unknown>>,
  values: readonly (string | null)[],
  dateFrom: (properties: readonly string[]) => string,
  { watermark }: RecordReader,
): SourceRecord {
  const { archivedAt } = fields;
  const archived = fields['archived'] === true;
  const record = {
    id: recordId(fields),
    createdAt: textOf(fields['createdAt']) ?? dateFrom(createDates),
    updatedAt: textOf(fields['updatedAt']) ?? dateFrom([watermark]),
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

/** When a record last changed; not a number when the answer does not say so. */
export function changeOf(result: unknown): Instant {
  const updatedAt = isObject(result) ? result['updatedAt'] : undefined;
  return typeof updatedAt === 'string' ? Date.parse(updatedAt) : Number.NaN;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const createDates = ['createdate', 'hs_createdate'];

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
