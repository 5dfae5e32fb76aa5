import type { PipelineOutcome } from '../run.ts';
import type { Instant } from '../source.ts';

/** What one pipeline came to in a run. */
export interface PipelineResult {
  readonly outcome: Extract<PipelineOutcome, 'complete' | 'partial' | 'skipped'>;
  /** Why it is not complete. */
  readonly reason?: string;
  readonly completeUpTo: Instant | undefined;
}
