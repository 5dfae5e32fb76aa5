import type { ErrorCode } from '../errors.ts';
import type { PipelineOutcome } from '../run.ts';
import type { Instant } from '../source.ts';

/** What one pipeline came to in a run. */
export interface PipelineResult {
  readonly outcome: Extract<PipelineOutcome, 'complete' | 'partial' | 'skipped'>;
  /** Why it is not complete; the code where that is an error. */
  readonly reason?: string;
  readonly code?: ErrorCode;
  readonly completeUpTo: Instant | undefined;
}
