import { html } from 'hono/html';
import { instant } from '../figures.ts';
import { layout, type Html } from './layout.ts';
import type { StatusDocument } from './status-document.ts';

/** The whole page, for people. */
export function page({ verdict, report }: StatusDocument): Html {
  return layout(
    'Status',
    html`<main>
      <h1>${verdict.sentence}</h1>
      <table>
        ${report?.pipelines.map(
          ({ pipeline, completeUpTo }) =>
            html`<tr>
              <th>${pipeline}</th>
              <td>${instant(completeUpTo)}</td>
            </tr>`,
        )}
      </table>
    </main>`,
  );
}
