import { invalid } from './refusal.ts';

/** Cursors of short lists: a position, opaque to clients. */
export const cursorOf = (position: number): string =>
  Buffer.from(`position-${String(position)}`).toString('base64url');

export function positionOf(cursor: string | null): number {
  if (cursor === null || cursor === '') return 0;
  const text = Buffer.from(cursor, 'base64url').toString();
  const position = /^position-(\d+)$/.exec(text)?.[1];
  if (position === undefined) throw invalid(`after is not a valid cursor: ${cursor}`);
  return Number(position);
}
