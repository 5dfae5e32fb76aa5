import { html } from 'hono/html';
import { layout, type Html } from './layout.ts';

/** Where nobody is shown anything, and why. */
export function refusedPage(why: string): Html {
  return layout(
    'Not shown',
    html`<main class="narrow">
      <h1>Not shown here</h1>
      <p>${why}</p>
    </main>`,
  );
}

/** Asks for the token. */
export function tokenPage(state: 'asked' | 'wrong'): Html {
  return layout(
    'Token',
    html`<main class="narrow">
      <h1>Keyway</h1>
      <p>
        ${state === 'wrong' ? 'This is not the token.' : 'This page is for those who have its token.'} It
        stands in the worker’s
        <code>KEYWAY_HTTP_TOKEN</code>. If you have come here by a link and shown it before,
        <a href="/">look again</a>.
      </p>
      <form method="get" action="/" class="token">
        <label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required />
        <button>Show the page</button>
      </form>
    </main>`,
  );
}
