import { KeywayError } from '../errors.ts';
import type { Instant, Position } from '../source.ts';
import { isObject } from './source-record.ts';

/** After which cursor a list goes on. */
export interface ListPosition {
  readonly after: string | null;
}

/** How far a search is: `[from, until)` is being read and everything up to `afterId` in it is in. */
export interface SearchPosition {
  readonly from: Instant;
  readonly until: Instant;
  readonly afterId: string;
}

/** After which cursor, and which record, the members of a list go on. */
export interface MemberPosition extends ListPosition {
  readonly afterId: string;
}

export function writePosition(position: ListPosition | SearchPosition | MemberPosition): Position {
  return JSON.stringify(position);
}

export function listPosition(text: Position | undefined): ListPosition {
  if (text === undefined) return { after: null };
  const { after } = parsed(text);
  if (after === null || typeof after === 'string') return { after };
  throw unreadable();
}

export function memberPosition(text: Position | undefined): MemberPosition {
  if (text === undefined) return { after: null, afterId: '0' };
  const { afterId } = parsed(text);
  if (typeof afterId !== 'string' || !/^\d{1,19}$/.test(afterId)) throw unreadable();
  return { ...listPosition(text), afterId };
}

export function searchPosition(text: Position | undefined): SearchPosition | undefined {
  if (text === undefined) return undefined;
  const { from, until, afterId } = parsed(text);
  if (typeof from !== 'number' || typeof until !== 'number' || typeof afterId !== 'string')
    throw unreadable();
  if (!/^\d{1,19}$/.test(afterId)) throw unreadable();
  return { from, until, afterId };
}

function parsed(text: Position): Record<string, unknown> {
  try {
    const position: unknown = JSON.parse(text);
    if (isObject(position)) return position;
  } catch {
    // Said below.
  }
  throw unreadable();
}

function unreadable(): KeywayError {
  return new KeywayError(
    'internal',
    'A checkpoint holds a position that the HubSpot source did not write. Sync the pipeline with --full-refresh.',
    { verdict: 'retry' },
  );
}
