import type { StatusDocument } from './status-document.ts';

/** Whether the data is fresh and complete, in one word and in one sentence. */
export interface Verdict {
  readonly state: 'unknown' | 'fresh';
  readonly sentence: string;
}

export function verdictOf({ report }: Pick<StatusDocument, 'report'>): Verdict {
  if (report === undefined) return { state: 'unknown', sentence: 'Nothing is known of the data yet.' };
  return { state: 'fresh', sentence: 'The data was looked at.' };
}
