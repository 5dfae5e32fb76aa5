import { html } from 'hono/html';
import type { RunSummary } from '../activity.ts';
import { count, duration, several } from '../figures.ts';
import type { Instant } from '../source.ts';
import { barChart } from './chart.ts';
import type { Html } from './layout.ts';
import type { WarehouseReport } from './status-document.ts';
import { clockTime, foreign, when } from './words.ts';

/** What runs took and wrote: charts of many, and the latest ones in words. */
export function runsSection({ runs }: WarehouseReport, at: Instant): Html {
  if (runs.length === 0) return html``;
  const ended = runs.filter(({ finishedAt }) => finishedAt !== undefined);
  return html`<section aria-labelledby="runs">
    <h2 id="runs">Runs</h2>
    ${ended.length > 0 && html`<div class="charts">${durations(ended, at)} ${changes(ended, at)}</div>`}
    <table class="cards" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Began</th>
          <th role="columnheader" scope="col">Outcome</th>
          <th role="columnheader" scope="col" class="number">Took</th>
          <th role="columnheader" scope="col" class="number">Read</th>
          <th role="columnheader" scope="col" class="number">Changed</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${runs.slice(0, shown).map((run) => runRow(run, at))}
      </tbody>
    </table>
  </section>`;
}

function durations(runs: readonly RunSummary[], at: Instant): Html {
  const longest = Math.max(...runs.map(took));
  return figure(
    `Time taken, up to ${duration(longest)}`,
    barChart(
      runs.toReversed().map((run) => ({
        value: took(run),
        kind: run.outcome,
        title: `${clockTime(run.startedAt, at)}: ${duration(took(run))}, ${run.outcome}`,
      })),
      {
        id: 'durations',
        title: 'How long runs took',
        summary: `The last ${several(runs.length, 'run')}, the latest one at the right; ${outcomes(runs)}. The longest took ${duration(longest)}, the latest ${duration(took(runs[0]))}.`,
      },
    ),
  );
}

function changes(runs: readonly RunSummary[], at: Instant): Html {
  const most = Math.max(...runs.map(changed));
  return figure(
    `Rows changed, up to ${count(most)}`,
    barChart(
      runs.toReversed().map((run) => ({
        value: changed(run),
        kind: run.outcome,
        title: `${clockTime(run.startedAt, at)}: ${count(changed(run))} changed, ${count(run.counts.read)} read`,
      })),
      {
        id: 'changes',
        title: 'How many rows runs changed',
        summary: `The last ${several(runs.length, 'run')}, the latest one at the right. Most changed ${several(most, 'row')}, the latest ${count(changed(runs[0]))}.`,
      },
    ),
  );
}

function figure(caption: string, chart: Html): Html {
  return html`<figure>
    <figcaption>${caption}</figcaption>
    ${chart}
  </figure>`;
}

function runRow(run: RunSummary, at: Instant): Html {
  const { startedAt, outcome, error, command, counts, finishedAt, pipelines, failed } = run;
  const some = failed === 0 ? '' : ` (${failed} of ${pipelines} failed)`;
  return html`<tr role="row">
    <th role="rowheader" scope="row">${when(startedAt, at)} <small>${foreign(command)}</small></th>
    <td role="cell" data-label="Outcome">
      <span class="badge ${outcome}">${outcome}</span>${some}
      ${error !== undefined && html`<span class="reason">${foreign(error)}</span>`}
    </td>
    <td role="cell" data-label="Took" class="number">
      ${finishedAt === undefined ? '–' : duration(took(run))}
    </td>
    <td role="cell" data-label="Read" class="number">${count(counts.read)}</td>
    <td role="cell" data-label="Changed" class="number">${count(changed(run))}</td>
  </tr>`;
}

function took(run: RunSummary | undefined): number {
  return run === undefined ? 0 : Math.max(0, (run.finishedAt ?? run.startedAt) - run.startedAt);
}

function changed(run: RunSummary | undefined): number {
  return run === undefined ? 0 : run.counts.inserted + run.counts.updated + run.counts.removed;
}

/** `38 complete, 2 failed`. */
function outcomes(runs: readonly RunSummary[]): string {
  const all = Map.groupBy(runs, ({ outcome }) => outcome);
  return [...all].map(([outcome, those]) => `${those.length} ${outcome}`).join(', ');
}

const shown = 8;
