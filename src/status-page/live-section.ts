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
    <ul id="running" class="running">
      ${running.map(runningItem)}
    </ul>
  </section>`;
}

function runningItem({ pipeline, phase, read, expected }: LivePipeline): Html {
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

function doneText(done: number): string {
  return done === 0 ? '' : `${count(done)} done so far.`;
}
