import type { PipelineRun, Progress } from '../run.ts';
import { count, duration } from '../figures.ts';

/** What shows a running sync. */
export interface ProgressView {
  on(event: Progress): void;
  /** Leaves the screen as it should stay. */
  close(): void;
}

/** `20,000 read, 312 updated in 12 s`: what came of a pipeline, in a few words. */
export function outcomeText(run: PipelineRun): string {
  const { read, inserted, updated, removed } = run.counts;
  const parts = [
    `${count(read)} read`,
    ...Object.entries({ inserted, updated, removed })
      .filter(([, amount]) => amount > 0)
      .map(([what, amount]) => `${count(amount)} ${what}`),
  ];
  const took = run.finishedAt === undefined ? '' : ` in ${duration(run.finishedAt - run.startedAt)}`;
  return run.outcome === 'skipped' ? 'skipped' : `${run.outcome}: ${parts.join(', ')}${took}`;
}

/** `12,400 of 20,000 (62 %)`; the expectation was taken at the start, so more may come. */
export function amount(read: number, expected: number | undefined): string {
  if (expected === undefined || expected < read || expected === 0) return `${count(read)} read`;
  return `${count(read)} of ${count(expected)} (${Math.floor((100 * read) / expected)} %)`;
}

/** What of a phase this run has seen. */
export interface Seen {
  /** Milliseconds. */
  readonly elapsed: number;
  /** What an earlier run had read of it already. */
  readonly before: number;
}

/** Milliseconds that the phase will take from now on, at the pace that it had; nothing while that says too little. */
export function timeLeft(
  { read, expected = 0 }: Pick<Extract<Progress, { kind: 'moved' }>, 'read' | 'expected'>,
  { elapsed, before }: Seen,
): number | undefined {
  const [done, rest] = [read - before, expected - read];
  return rest > 0 && done > 0.02 * (expected - before) ? (elapsed * rest) / done : undefined;
}
