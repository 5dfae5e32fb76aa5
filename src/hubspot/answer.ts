import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { KeywayError } from '../errors.ts';
import type { ApiRequest } from './api-request.ts';
import { badAnswer } from './bad-answer.ts';
import { scanRecords } from './scan-records.ts';
import { tooLarge } from './too-heavy.ts';

/** What came back, undecoded. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** 64 MiB: several times the largest page of 100 records that HubSpot's limits on values allow in practice. */
export const largestAnswer = 64 * 1024 * 1024;

/**
 * The body as it was before its transfer. Uncompressed by zlib itself because fetch-like clients accept a truncated stream, and half a page
 * must never look like a page.
 */
export async function answerBytes(answer: RawAnswer): Promise<Buffer> {
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return answer.body;
  const decode = decoders[encoding];
  if (decode === undefined) throw badAnswer('its content encoding is unknown');
  try {
    return await decode(answer.body, { maxOutputLength: largestAnswer });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw answerTooLarge();
    throw badAnswer('its compressed body is broken or cut short');
  }
}

/** The body of a success as JSON. */
export function answerJson(
  answer: RawAnswer,
  bytes: Buffer,
  how: Pick<ApiRequest<unknown>, 'exactNumbers' | 'records'>,
): unknown {
  if (!/\bjson\b/i.test(answer.headers['content-type'] ?? '')) throw badAnswer('it is not JSON');
  const scanned = how.records === undefined ? undefined : scanRecords(bytes, how.records);
  if (scanned !== undefined) return scanned;
  const text = bytes.toString('utf8');
  if (text.trim() === '') throw badAnswer('it is empty');
  try {
    return how.exactNumbers === true && /\d{16}/.test(text)
      ? parseExactly(text)
      : (JSON.parse(text) as unknown);
  } catch {
    // The parser's own message quotes the text, which holds records.
    throw badAnswer('its JSON is cut short or broken');
  }
}

export function answerTooLarge(): KeywayError {
  return new KeywayError(
    'hubspot_bad_answer',
    `An answer of HubSpot's is larger than ${largestAnswer / 1024 / 1024} MiB, even with few records. Leave out properties with large texts.`,
    { verdict: 'skip', details: { code: tooLarge } },
  );
}

const decoders: Readonly<
  Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>
> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

function parseExactly(text: string): unknown {
  return JSON.parse(text, exact as (key: string, value: unknown) => unknown) as unknown;
}

function exact(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source ?? '')
    ? context.source
    : value;
}
