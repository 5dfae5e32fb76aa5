/** Milliseconds since the epoch of a timestamp as either warehouse shows it. */
export function instantOf(cell: unknown): number {
  return typeof cell === 'string' ? Date.parse(cell.replace(' ', 'T').replace(/\+00$/, 'Z')) : Number.NaN;
}
