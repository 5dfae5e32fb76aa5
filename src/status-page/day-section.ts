import { html } from 'hono/html';
import { count } from '../figures.ts';
import type { Instant } from '../source.ts';
import { barChart } from './chart.ts';
import type { Html } from './layout.ts';
import type { DayReport, WarehouseReport } from './status-document.ts';
import { clockTime, when } from './words.ts';

/** What HubSpot was asked in the last day, and what of the account's calls is left. */
export function daySection({ day }: WarehouseReport, at: Instant): Html {
  const most = Math.max(...day.hours.map(({ calls }) => calls));
  const busiest = day.hours.find(({ calls }) => calls === most);
  return html`<section aria-labelledby="day">
    <h2 id="day">Calls to HubSpot</h2>
    <div class="charts">
      <figure>
        <figcaption>${count(day.calls)} by Keyway in the last 24 hours, by hour</figcaption>
        ${barChart(
          day.hours.map(({ from, calls }) => ({
            value: calls,
            kind: 'calls',
            title: `${clockTime(from, at)}: ${count(calls)} calls`,
          })),
          {
            id: 'calls',
            title: 'Calls to HubSpot by hour',
            summary:
              busiest === undefined || most === 0
                ? 'None in the last 24 hours.'
                : `${count(day.calls)} in the last 24 hours; most in the hour from ${clockTime(busiest.from, at)} UTC: ${count(most)}.`,
          },
        )}
      </figure>
      ${accountFigure(day, at)}
    </div>
  </section>`;
}

function accountFigure({ account }: DayReport, at: Instant): Html {
  if (account === undefined)
    return html`<p class="quiet">HubSpot has not told how many calls the account has left today.</p>`;
  const used = Math.max(0, account.limit - account.left);
  const share = account.limit === 0 ? 0 : Math.round((100 * used) / account.limit);
  return html`<div class="account">
    <p>
      <strong>${count(account.left)}</strong> of the account’s ${count(account.limit)} calls of the day were
      left at ${when(account.at, at)}, all its apps together.
    </p>
    <meter
      min="0"
      max="${account.limit}"
      high="${account.limit * 0.9}"
      value="${used}"
      aria-label="Calls of the day that are used"
    >
      ${share} %
    </meter>
    <p class="quiet">${share} % used</p>
  </div>`;
}
