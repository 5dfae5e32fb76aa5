import { html } from 'hono/html';
import { backfillsSection } from './backfills-section.ts';
import { changesSection } from './changes-section.ts';
import { daySection } from './day-section.ts';
import { keysSection } from './keys-section.ts';
import { layout, type Html } from './layout.ts';
import { liveSection } from './live-section.ts';
import { pipelinesSection } from './pipelines-section.ts';
import { runsSection } from './runs-section.ts';
import type { StatusDocument } from './status-document.ts';
import { ago, foreign, iso } from './words.ts';

/** The whole page, for people: the answer first, then what it rests on. `server` is the name of who made it, as its events have it. */
export function page(document: StatusDocument, server: string): Html {
  const { verdict, report, at } = document;
  return layout(
    titles[verdict.state],
    html`<header class="site">
        <p class="name"><img src="/icon.svg" alt="" width="24" height="24" /> Keyway</p>
        ${
          report &&
          html`<p class="place">
            ${report.portalId === undefined ? 'No HubSpot account yet' : html`HubSpot account ${foreign(report.portalId)}`},
            in ${foreign(report.warehouse)}
          </p>`
        }
      </header>
      <main
        data-server="${server}"
        data-last-run="${document.worker.lastRun ?? ''}"
        ${report ? '' : 'data-pending'}
      >
        ${verdictSection(document)} ${liveSection(document.worker, at)}
        ${
          report &&
          html`${pipelinesSection(report, at)} ${runsSection(report, at)} ${daySection(report, at)}
          ${keysSection(report, document.worker, at)} ${backfillsSection(report, at)}
          ${changesSection(report, at)}`
        }
      </main>
      <footer>
        <p>
          As of <time datetime="${iso(at)}">${iso(at).slice(11, 19)} UTC</time>. All times are UTC.
          <noscript>Reload the page for what is new.</noscript>
        </p>
        <p>
          Keyway ${document.keyway} · <a href="/api/status">as JSON</a> ·
          <a href="/readyz?verbose">readiness</a>
        </p>
      </footer>`,
  );
}

function verdictSection({ verdict, report, unreachable, at }: StatusDocument): Html {
  return html`<section class="verdict ${verdict.state}" aria-labelledby="verdict">
    <h1 id="verdict">${foreign(verdict.sentence)}</h1>
    ${unreachable !== undefined && html`<p>${foreign(unreachable)}</p>`}
    ${report && html`<p class="quiet">Read from the warehouse ${ago(report.readAt, at)}.</p>`}
    <p id="news" hidden><a href="/">A run has ended: show what is new</a></p>
  </section>`;
}

const titles: Readonly<Record<StatusDocument['verdict']['state'], string>> = {
  fresh: 'Fresh and complete',
  loading: 'Loading',
  incomplete: 'Incomplete',
  late: 'Late',
  failing: 'Failing',
  unreachable: 'Warehouse unreachable',
  empty: 'Nothing synced yet',
  unknown: 'Starting',
};
