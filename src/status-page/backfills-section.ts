import { html } from 'hono/html';
import { backfilledRecords } from '../backfill.ts';
import { count } from '../figures.ts';
import type { Instant } from '../source.ts';
import type { Html } from './layout.ts';
import type { UnfinishedBackfill, WarehouseReport } from './status-document.ts';
import { foreign, when } from './words.ts';

/** Those that are not through: the same command goes on with them. */
export function backfillsSection({ backfills }: WarehouseReport, at: Instant): Html {
  if (backfills.length === 0) return html``;
  return html`<section aria-labelledby="backfills">
    <h2 id="backfills">Backfills that are not finished</h2>
    <ul class="progresses">
      ${backfills.map((each) => item(each, at))}
    </ul>
  </section>`;
}

function item(backfill: UnfinishedBackfill, at: Instant): Html {
  const { pipeline, read, expected, startedAt } = backfill;
  const known = expected >= read && expected > 0;
  return html`<li>
    <span class="pipeline">${foreign(pipeline)}</span>
    <span class="amount"
      >${of(backfill)}: ${known ? `${count(read)} of about ${count(expected)}` : `${count(read)} read`}, begun
      ${when(startedAt, at)}</span
    >
    ${known && html`<progress value="${read}" max="${expected}" aria-label="backfill of ${pipeline}"></progress>`}
  </li>`;
}

function of({ properties, ...records }: UnfinishedBackfill): Html {
  return html`${backfilledRecords(records)}${properties !== undefined && html`, only ${foreign(properties.join(', '))}`}`;
}
