import type { Reconciliation } from '../run.ts';
import type { Portion } from './portion.ts';

/** What a comparison has found so far. */
export type Findings = {
  -readonly [Name in 'missing' | 'stale' | 'archived' | 'deleted' | 'calls']: Reconciliation[Name];
} & {
  readonly months: Set<string>;
  /** Living records that a sweep was shown. */
  listed: number;
};

export function noFindings(): Findings {
  return { missing: 0, stale: 0, archived: 0, deleted: 0, calls: 0, months: new Set(), listed: 0 };
}

/** Records without a living row, or with an older one. */
export function noteMissing(
  findings: Findings,
  records: Portion['records'],
  kind: 'missing' | 'stale' = 'missing',
): void {
  findings[kind] += records.length;
  findings.calls += 1;
}

/** Of rows whose records HubSpot no longer shows where it did. */
export function noteAbsent(findings: Findings, portion: Portion): void {
  const records = [...portion.records, ...(portion.turnedBack ?? [])];
  findings.archived += records.filter(({ archived }) => archived).length;
  findings.deleted += portion.gone.length + portion.merged.length;
  findings.calls += 1;
}

export function differences({ missing, stale, archived, deleted }: Findings): number {
  return missing + stale + archived + deleted;
}
