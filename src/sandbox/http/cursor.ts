import { invalid } from './refusal.ts';

/** Cursors of short lists: a position, opaque to clients. Zeros in front make other ones that lead to the same place. */
export const cursorOf = (position: number): string =>
  Buffer.from(`position-${String(position)}`).toString('base64url');

export function positionOf(cursor: string | null): number {
  const bare = cursor?.replace(/^0+/, '') ?? '';
  if (cursor === null || bare === '') return 0;
  const text = Buffer.from(bare, 'base64url').toString();
  const position = /^position-(\d+)$/.exec(text)?.[1];
  if (position === undefined) throw invalid(`after is not a valid cursor: ${cursor}`);
  return Number(position);
}
