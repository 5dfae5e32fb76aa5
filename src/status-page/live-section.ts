import { html } from 'hono/html';
import { count } from '../figures.ts';
import type { Instant } from '../source.ts';
import type { Html } from './layout.ts';
import { foreign, when, workerSentence } from './words.ts';
import type { LivePipeline, WorkerState } from './worker-state.ts';

/** What the worker does at the moment. A script keeps it true. */
export function liveSection(worker: WorkerState, at: Instant): Html {
  const running = worker.run?.pipelines.filter(({ outcome }) => outcome === 'running') ?? [];
  const done = (worker.run?.pipelines.length ?? 0) - running.length;
  return html`<section class="live" aria-labelledby="live">
    <h2 id="live">Now</h2>
    <p>
      <span id="worker" role="status">${foreign(workerSentence(worker))}</span>
      ${worker.run && html`<span class="quiet">Since ${when(worker.run.startedAt, at)}.</span>`}
      <span id="done">${worker.run && doneText(done)}</span>
    </p>
    <ul id="running" class="progresses">
      ${running.map(runningItem)} ${worker.backfills?.map((each) => runningItem(withPhase(each)))}
    </ul>
  </section>`;
}

function runningItem({ pipeline, phase, read, expected }: RunningItem): Html {
  const known = expected !== undefined && expected >= read && expected > 0;
  return html`<li>
    <span class="pipeline">${foreign(pipeline)}</span>
    <span class="amount"
      >${phase ?? ''} ${known ? `${count(read)} of ${count(expected)}` : `${count(read)} read`}</span
    >
    ${
      known
        ? html`<progress value="${read}" max="${expected}" aria-label="${pipeline}"></progress>`
        : html`<progress aria-label="${pipeline}"></progress>`
    }
  </li>`;
}

/** A backfill is shown beside what a run does. */
function withPhase({ pipeline, read, expected }: NonNullable<WorkerState['backfills']>[number]): RunningItem {
  return { pipeline, phase: 'backfill', read, expected };
}

type RunningItem = Pick<LivePipeline, 'pipeline' | 'phase' | 'read' | 'expected'>;

function doneText(done: number): string {
  return done === 0 ? '' : `${count(done)} done so far.`;
}
