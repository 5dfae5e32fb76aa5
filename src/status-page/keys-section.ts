import { html } from 'hono/html';
import { count, several } from '../figures.ts';
import type { Instant } from '../source.ts';
import type { Html } from './layout.ts';
import type { KeyReport, WarehouseReport } from './status-document.ts';
import { clockTime, foreign, when } from './words.ts';
import type { WorkerState } from './worker-state.ts';

/** Which keys there are and were, by their fingerprints. */
export function keysSection({ keys }: WarehouseReport, worker: WorkerState, at: Instant): Html {
  const isRefused = worker.state === 'paused' && worker.code === 'key_refused';
  return html`<section aria-labelledby="keys">
    <h2 id="keys">Service Keys</h2>
    ${isRefused && html`<p class="alarm">HubSpot takes none of the keys that stand in a slot.</p>`}
    ${
      keys.length === 0
        ? html`<p class="quiet">There is no key yet.</p>`
        : html`<table class="cards" role="table">
            <thead role="rowgroup">
              <tr role="row">
                <th role="columnheader" scope="col">Slot</th>
                <th role="columnheader" scope="col">Fingerprint</th>
                <th role="columnheader" scope="col">Last used</th>
                <th role="columnheader" scope="col" class="number">Calls</th>
                <th role="columnheader" scope="col">Scopes</th>
              </tr>
            </thead>
            <tbody role="rowgroup">
              ${keys.map((key) => keyRow(key, at))}
            </tbody>
          </table>`
    }
  </section>`;
}

function keyRow(
  { slot, state, fingerprint, firstUsedAt, lastUsedAt, replacedAt, calls, scopes }: KeyReport,
  at: Instant,
): Html {
  return html`<tr role="row">
    <th role="rowheader" scope="row">
      ${slot === undefined ? 'none any more' : foreign(slot)}
      <span class="badge ${state.replace(' ', '-')}">${state}</span>
    </th>
    <td role="cell" data-label="Fingerprint" class="fingerprint">
      <code>${foreign(fingerprint ?? '–')}</code>
    </td>
    <td role="cell" data-label="Last used">
      ${when(lastUsedAt, at, 'never')}
      ${firstUsedAt !== undefined && html`<small class="more">first ${clockTime(firstUsedAt, at)}</small>`}
      ${replacedAt !== undefined && html`<small class="more">replaced ${clockTime(replacedAt, at)}</small>`}
    </td>
    <td role="cell" data-label="Calls" class="number">${calls === undefined ? '–' : count(calls)}</td>
    <td role="cell" data-label="Scopes">${scopeList(scopes)}</td>
  </tr>`;
}

function scopeList(scopes: readonly string[] | undefined): Html {
  if (scopes === undefined) return html`<span class="none">HubSpot does not tell</span>`;
  return html`<details>
    <summary>${several(scopes.length, 'scope')}</summary>
    <ul class="scopes">
      ${scopes.map((scope) => html`<li><code>${foreign(scope)}</code></li>`)}
    </ul>
  </details>`;
}
