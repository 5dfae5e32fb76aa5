import type { Page } from '../source.ts';

/** What a list has named on this page, read or not. Survivors of merges came along with what was merged into them. */
export function listedIds({ records, merged, missing, failed }: Page): readonly string[] {
  const survivors = new Set(merged.map(({ into }) => into));
  const answered = [...records, ...merged, ...failed].map(({ id }) => id);
  return [...answered.filter((id) => !survivors.has(id)), ...missing];
}
