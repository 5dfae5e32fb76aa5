import { html } from 'hono/html';
import type { LoggedChange } from '../schema-change.ts';
import type { Instant } from '../source.ts';
import type { Html } from './layout.ts';
import type { WarehouseReport } from './status-document.ts';
import { foreign, when } from './words.ts';

/** What people changed in HubSpot, and what became of the tables. */
export function changesSection({ schemaChanges }: WarehouseReport, at: Instant): Html {
  if (schemaChanges.length === 0) return html``;
  return html`<section aria-labelledby="changes-of-schema">
    <h2 id="changes-of-schema">Changes of tables and properties</h2>
    <ul class="changes">
      ${schemaChanges.map(
        (change) => html`<li>${when(change.changedAt, at)} <span>${what(change)}</span></li>`,
      )}
    </ul>
  </section>`;
}

function what({ kind, table, column, property, oldType, newType }: LoggedChange): Html {
  const types = [oldType, newType].filter((type) => type !== undefined).join(' → ');
  const name = property ?? column;
  return html`${foreign(kind.replaceAll('_', ' '))}:
    <code>${foreign(name === undefined ? table : `${table}.${name}`)}</code
    >${types !== '' && html` <small>${foreign(types)}</small>`}`;
}
