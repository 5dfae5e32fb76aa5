import { html } from 'hono/html';
import { count } from '../figures.ts';
import type { Instant } from '../source.ts';
import type { Condition } from './condition.ts';
import type { Html } from './layout.ts';
import type { PipelineReport, WarehouseReport } from './status-document.ts';
import { clockTime, foreign, when } from './words.ts';

/** How far each table is, those first that need somebody. */
export function pipelinesSection({ pipelines }: WarehouseReport, at: Instant): Html {
  const sorted = pipelines.toSorted((a, b) => gravity.indexOf(a.condition) - gravity.indexOf(b.condition));
  return html`<section aria-labelledby="pipelines">
    <h2 id="pipelines">Pipelines and their tables</h2>
    <table class="cards" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Pipeline</th>
          <th role="columnheader" scope="col">Complete up to</th>
          <th role="columnheader" scope="col" class="number">Rows</th>
          <th role="columnheader" scope="col">Last change</th>
          <th role="columnheader" scope="col">Next run</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${sorted.map((each) => pipelineRow(each, at))}
      </tbody>
    </table>
  </section>`;
}

function pipelineRow(report: PipelineReport, at: Instant): Html {
  const { pipeline, condition, completeUpTo, changedAt, nextRun } = report;
  return html`<tr role="row" class="${slug(condition)}">
    <th role="rowheader" scope="row">
      ${foreign(pipeline)} <span class="badge ${slug(condition)}">${condition}</span> ${trouble(report, at)}
    </th>
    <td role="cell" data-label="Complete up to">${when(completeUpTo, at)}</td>
    <td role="cell" data-label="Rows" class="number">${rows(report)}</td>
    <td role="cell" data-label="Last change">${when(changedAt, at, 'none yet')}</td>
    <td role="cell" data-label="Next run">
      ${nextRun !== undefined && nextRun <= at && condition !== 'late' ? 'due' : when(nextRun, at, 'never')}
    </td>
  </tr>`;
}

/** What is wrong, and what to do: reasons say both. */
function trouble({ last }: PipelineReport, at: Instant): Html | undefined {
  if (last?.reason === undefined) return undefined;
  const ended = last.finishedAt ?? last.startedAt;
  return html`<span class="reason"
    >${foreign(last.reason)} <small>${last.outcome}, ${clockTime(ended, at)}</small></span
  >`;
}

function rows({ pipeline, tables }: PipelineReport): Html | string {
  const [only] = tables;
  if (only === undefined) return '–';
  if (tables.length === 1 && only.table === pipeline) return amount(only);
  return html`<ul class="tables">
    ${tables.map((each) => html`<li>${foreign(each.table)} ${amount(each)}</li>`)}
  </ul>`;
}

function amount({ rows: all, living }: PipelineReport['tables'][number]): Html {
  return living === all
    ? html`<span>${count(all)}</span>`
    : html`<span>${count(living)} <small>${count(all - living)} archived or gone</small></span>`;
}

function slug(condition: Condition): string {
  return condition.replace(' ', '-');
}

const gravity: readonly Condition[] = [
  'failed',
  'late',
  'skipped',
  'partial',
  'loading',
  'waiting',
  'fresh',
  'left out',
];
