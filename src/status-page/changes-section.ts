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
      ${grouped(schemaChanges).map(
        (changes) => html`<li>${when(changes[0].changedAt, at)} <span>${what(changes)}</span></li>`,
      )}
    </ul>
  </section>`;
}

type Changes = readonly [LoggedChange, ...LoggedChange[]];

/** Those of one kind and minute together: a first sync makes dozens of tables. */
function grouped(changes: readonly LoggedChange[]): readonly Changes[] {
  const minute = ({ changedAt }: LoggedChange): number => Math.floor(changedAt / 60_000);
  return [...Map.groupBy(changes, (each) => `${each.kind} ${minute(each)}`).values()] as unknown as Changes[];
}

function what(changes: Changes): Html {
  const named = changes.slice(0, shown).map(nameOf);
  const more = changes.length > shown ? ` and ${changes.length - shown} more` : '';
  return html`${foreign(changes[0].kind.replaceAll('_', ' '))}:
  ${named.map((name, place) => html`${place > 0 && ', '}${name}`)}${more}`;
}

function nameOf({ table, column, property, oldType, newType }: LoggedChange): Html {
  const types = [oldType, newType].filter((type) => type !== undefined).join(' → ');
  const name = property ?? column;
  const path = name === undefined ? table : `${table}.${name}`;
  return html`<code>${foreign(path)}</code>${types !== '' && html` <small>${foreign(types)}</small>`}`;
}

const shown = 12;
